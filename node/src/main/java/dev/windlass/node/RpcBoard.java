package dev.windlass.node;

import java.util.concurrent.atomic.LongAdder;

/** What a node knows of its JSON-RPC nodes as a whole. Thread-safe. */
public final class RpcBoard {
  private final LongAdder rateLimits = new LongAdder();

  /** Notes that a node has refused a batch because of its rate or quota. */
  void rateLimited() {
    rateLimits.increment();
  }

  /** How often that was. */
  public long rateLimits() {
    return rateLimits.sum();
  }
}
