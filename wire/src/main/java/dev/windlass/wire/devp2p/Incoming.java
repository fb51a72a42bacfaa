package dev.windlass.wire.devp2p;

/**
 * Whether a frame that is not whole yet comes in at an acceptable pace.
 *
 * <p>Owned by its connection. Reads no clock.
 */
final class Incoming {
  /**
   * A slower pace does not count. At 8 KiB a second, the largest message takes more than twenty
   * minutes. Without a limit, a byte now and then would keep a connection open for ever.
   */
  static final long BYTES_PER_SECOND_MIN = 8 << 10;

  private static final double NANOS_PER_SECOND = 1e9;

  private final long lookNanos;
  private long sinceNanos;
  private long bytes;

  /**
   * Begins to count.
   *
   * @param lookNanos how often the pace is checked
   */
  Incoming(long lookNanos, long nowNanos) {
    this.lookNanos = lookNanos;
    restart(nowNanos);
  }

  /** A frame is whole, so later bytes belong to the next one. */
  void restart(long nowNanos) {
    sinceNanos = nowNanos;
    bytes = 0;
  }

  /**
   * Counts bytes that have come.
   *
   * @return the bytes since the last check, if a check is due and the pace is acceptable; else 0
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
