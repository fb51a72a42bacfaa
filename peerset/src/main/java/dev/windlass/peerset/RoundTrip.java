package dev.windlass.peerset;

/**
 * How long a peer takes to answer: smoothed mean and deviation, as TCP measures them (RFC 6298).
 */
final class RoundTrip {
  private long mean = -1;
  private long deviation;

  void sample(long nanos) {
    if (mean < 0) {
      mean = nanos;
      deviation = nanos / 2;
    } else {
      deviation += (Math.abs(nanos - mean) - deviation) / 4;
      mean += (nanos - mean) / 8;
    }
  }

  boolean isKnown() {
    return mean >= 0;
  }

  /** -1 while it is not known. */
  long meanNanos() {
    return mean;
  }

  /** After this time an answer is unlikely to come. */
  long timeoutNanos() {
    return 3 * mean + 4 * deviation;
  }
}
