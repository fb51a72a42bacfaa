package dev.windlass.wire.jsonrpc;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalInt;

/**
 * The most calls that one node is sent within a second. Each call of a batch counts, since hosted
 * nodes bill each of them, and so does a call that is sent again.
 *
 * <p>Thread-safe, because all connections to a node share it. It reads no clock.
 */
final class CallRate {
  private static final long SECOND_MILLIS = 1_000;

  private final OptionalInt max;
  private final Deque<Sent> lately = new ArrayDeque<>();
  private int calls;

  private record Sent(long millis, int calls) {}

  /**
   * @param max empty for any number
   */
  CallRate(OptionalInt max) {
    this.max = max;
  }

  /** The most calls of a batch. A larger one could never be sent. */
  int batchMax() {
    return max.orElse(Integer.MAX_VALUE);
  }

  /**
   * Takes the permission to send a batch now.
   *
   * @return 0 if it may be sent, else how many milliseconds later to ask again
   */
  synchronized long take(int batch, long nowMillis) {
    if (max.isEmpty()) {
      return 0;
    }
    while (!lately.isEmpty() && lately.peek().millis <= nowMillis - SECOND_MILLIS) {
      calls -= lately.remove().calls;
    }
    if (!lately.isEmpty() && calls + batch > max.getAsInt()) {
      return lately.peek().millis + SECOND_MILLIS - nowMillis;
    }
    lately.add(new Sent(nowMillis, batch));
    calls += batch;
    return 0;
  }
}
