package dev.windlass.peerset;

/**
 * The bytes a second of a peer's line, learned from its answers.
 *
 * <p>Answers queue behind each other on a line. So an answer is timed from the arrival of the one
 * before it, if that came after the question was sent. Owned by {@link Peer}.
 */
final class LineRate {
  /** The time of a smaller answer is mostly round trip, so it is no sample of the line. */
  private static final long SAMPLE_BYTES_MIN = 8_192;

  /**
   * Limits growth, since two answers that a busy machine reads at once make the line look
   * unlimited.
   */
  private static final long GROWTH_MAX = 4;

  /** Assumed while the rate is not known, since the line may be slow: 64 KiB a second. */
  private static final long UNKNOWN_BYTES_PER_SECOND = 64 << 10;

  /**
   * A peer that answers nothing would be waited for until the sync fails, because the sizes of
   * answers and the rate of their line are guesses. An answer that is coming in is waited for
   * longer: see {@link PeerSet#receiving}.
   */
  private static final long NANOS_MAX = 30_000_000_000L;

  private long bytesPerSecond;
  private long arrivedNanos = Long.MIN_VALUE;

  void sample(long bytes, long sentNanos, long nowNanos) {
    long from = Math.max(sentNanos, arrivedNanos);
    arrivedNanos = nowNanos;
    if (bytes < SAMPLE_BYTES_MIN) {
      return;
    }
    long nanos = Math.max(1, nowNanos - from);
    long sample = Math.max(1, (long) (bytes * 1e9 / nanos));
    bytesPerSecond =
        bytesPerSecond == 0
            ? sample
            : Math.max(1, (bytesPerSecond + Math.min(sample, GROWTH_MAX * bytesPerSecond)) / 2);
  }

  /** Halves the rate, because an answer did not come in time. */
  void missed() {
    bytesPerSecond = bytesPerSecond == 0 ? 0 : Math.max(1, bytesPerSecond / 2);
  }

  boolean isKnown() {
    return bytesPerSecond > 0;
  }

  /** When the last answer came; Long.MIN_VALUE if none has. */
  long arrivedNanos() {
    return arrivedNanos;
  }

  /** 0 while it is not known. */
  long bytesPerSecond() {
    return bytesPerSecond;
  }

  /**
   * How long so many bytes take, up to {@link #NANOS_MAX}. Assumes a slow line while the rate is
   * not known.
   */
  long nanosFor(long bytes) {
    return nanosAt(bytesPerSecond == 0 ? UNKNOWN_BYTES_PER_SECOND : bytesPerSecond, bytes);
  }

  /** The same at another rate. */
  static long nanosAt(long bytesPerSecond, long bytes) {
    return Math.min(NANOS_MAX, (long) (bytes * 1e9 / bytesPerSecond));
  }

  /** How many bytes come in this time. Returns {@code unknown} while the rate is not known. */
  long bytesIn(long nanos, long unknown) {
    return bytesPerSecond == 0 ? unknown : Math.max(1, (long) (bytesPerSecond * (nanos / 1e9)));
  }
}
