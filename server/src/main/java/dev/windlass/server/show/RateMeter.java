package dev.windlass.server.show;

import java.util.ArrayDeque;

/**
 * Measures how fast a count has grown in the last seconds.
 *
 * <p>Owned by one thread. Time is an argument. It holds at most {@link #SAMPLES_MAX} samples. It
 * starts again if the count falls.
 */
final class RateMeter {
  /** Long enough to even out batches of inserts, short enough to show a stall. */
  static final long WINDOW_NANOS = 10_000_000_000L;

  private static final int SAMPLES_MAX = 128;

  private long grownNanos;

  private record Sample(long count, long nanos) {}

  private final ArrayDeque<Sample> samples = new ArrayDeque<>();

  /** Takes a count, and returns its growth per second. 0 for the first count. */
  double perSecond(long count, long nowNanos) {
    if (!samples.isEmpty() && count < samples.getLast().count()) {
      samples.clear();
    }
    if (samples.isEmpty() || count > samples.getLast().count()) {
      grownNanos = nowNanos;
    }
    samples.addLast(new Sample(count, nowNanos));
    // One sample older than the window is kept for comparison.
    while ((samples.size() > 2 && nowNanos - second().nanos() >= WINDOW_NANOS)
        || samples.size() > SAMPLES_MAX) {
      samples.removeFirst();
    }
    Sample oldest = samples.getFirst();
    long elapsed = nowNanos - oldest.nanos();
    return elapsed <= 0 ? 0 : (count - oldest.count()) * 1e9 / elapsed;
  }

  /** How long the count has not grown, at the time of the last one. */
  long quietNanos() {
    return samples.isEmpty() ? 0 : samples.getLast().nanos() - grownNanos;
  }

  void clear() {
    samples.clear();
  }

  private Sample second() {
    return samples.stream().skip(1).findFirst().orElseThrow();
  }
}
