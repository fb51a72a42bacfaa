package dev.windlass.p2p;

import java.util.random.RandomGenerator;

/**
 * The back-off of a dialled node. It is a second, then twice as long each time, up to a minute. It
 * is randomised, so that not all peers dial a restarted node at once.
 *
 * <p>Owned by the dialler. A connection counts as success if it delivered blocks, or lasted longer
 * than the wait that is due. So a node that disconnects at once is not dialled every second, and a
 * node with a bad line is.
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
   * @param lastedMillis how long the connection lasted, or 0 if there was none
   * @param wasUseful whether it delivered blocks
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
