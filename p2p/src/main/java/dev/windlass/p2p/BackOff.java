package dev.windlass.p2p;

import java.util.random.RandomGenerator;

/**
 * How long to wait before a node is dialled again: a second, then twice as long each time, up to a
 * minute, with some chance in it, so that a node that restarts is not met by everybody at once.
 *
 * <p>Owned by whoever dials. A connection counts as success where blocks came over it, or where it
 * lasted longer than the wait that is due: a node that hangs up on us at once is not dialled every
 * second, one whose line is bad is.
 */
final class BackOff {
  private static final long MILLIS_MIN = 1_000;
  private static final long MILLIS_MAX = 60_000;

  private final RandomGenerator random;
  private long millis = MILLIS_MIN;

  BackOff(RandomGenerator random) {
    this.random = random;
  }

  /**
   * The next wait.
   *
   * @param lastedMillis how long the connection lasted; 0 where there was none
   * @param wasUseful whether blocks came over it
   */
  long nextMillis(long lastedMillis, boolean wasUseful) {
    if (wasUseful || lastedMillis >= millis) {
      millis = MILLIS_MIN;
    }
    long next = millis / 2 + random.nextLong(millis);
    millis = Math.min(MILLIS_MAX, 2 * millis);
    return next;
  }
}
