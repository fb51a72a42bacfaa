package dev.windlass.peerset;

/**
 * How many bytes a second a peer's line brings, learned from its answers.
 *
 * <p>Answers queue behind each other on a line, so an answer is timed from the arrival of the one
 * before it, if that came after the question was sent. Owned by {@link Peer}.
 */
final class LineRate {
  /** A smaller answer is mostly round trip and says little of the line. */
  private static final long SAMPLE_BYTES_MIN = 8_192;

  /** Two answers that a busy machine reads at once look like an endless line. */
  private static final long GROWTH_MAX = 4;

  /** A line of which nothing is known may be a thin one: 64 KiB a second. */
  private static final long UNKNOWN_BYTES_PER_SECOND = 64 << 10;

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

  /** An answer that did not come in time halves what is believed of the line. */
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

  /** How long so many bytes take; on a thin line while the rate is not known. */
  long nanosFor(long bytes) {
    return (long) (bytes * 1e9 / (bytesPerSecond == 0 ? UNKNOWN_BYTES_PER_SECOND : bytesPerSecond));
  }

  /** How many bytes come in this time; {@code unknown} while the rate is not known. */
  long bytesIn(long nanos, long unknown) {
    return bytesPerSecond == 0 ? unknown : Math.max(1, (long) (bytesPerSecond * (nanos / 1e9)));
  }
}
