package dev.windlass.wire.devp2p;

/**
 * Whether a frame that is not whole yet comes in at a pace worth waiting for.
 *
 * <p>Owned by its connection; reads no clock.
 */
final class Incoming {
  /**
   * Less than 8 KiB a second is no pace: a message of the largest size would take more than twenty
   * minutes, and a byte now and then would keep a connection for ever.
   */
  static final long BYTES_PER_SECOND_MIN = 8 << 10;

  private static final double NANOS_PER_SECOND = 1e9;

  private final long lookNanos;
  private long sinceNanos;
  private long bytes;

  /**
   * Begins to count.
   *
   * @param lookNanos how often the pace is looked at
   */
  Incoming(long lookNanos, long nowNanos) {
    this.lookNanos = lookNanos;
    restart(nowNanos);
  }

  /** A frame is whole: what comes now belongs to another one. */
  void restart(long nowNanos) {
    sinceNanos = nowNanos;
    bytes = 0;
  }

  /**
   * Counts bytes that came.
   *
   * @return all that came since the last look, if it is time for one and they are a pace; else 0
   */
  long came(int count, long nowNanos) {
    bytes += count;
    long nanos = nowNanos - sinceNanos;
    if (nanos < lookNanos) {
      return 0;
    }
    long seen = bytes;
    restart(nowNanos);
    return seen >= BYTES_PER_SECOND_MIN * (nanos / NANOS_PER_SECOND) ? seen : 0;
  }
}
