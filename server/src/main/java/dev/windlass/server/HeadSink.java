package dev.windlass.server;

import dev.windlass.chain.Hash;

/** Takes the heads that somebody announces; any thread may call it, and it does not wait. */
@FunctionalInterface
public interface HeadSink {
  /** The number of a head whose announcement did not say it. */
  long NUMBER_UNKNOWN = -1;

  /**
   * Passes an announced head on.
   *
   * @param number as it was announced, unproven, or {@link #NUMBER_UNKNOWN}
   */
  void announce(Hash head, long number);
}
