package dev.windlass.server.show;

import java.util.ArrayDeque;

/**
 * How fast a count grows, over the last seconds. Owned by one thread; time is passed in.
 *
 * <p>Never holds more than {@link #SAMPLES_MAX} samples; a count that falls starts afresh.
 */
final class RateMeter {
  /** Long enough to even out batches of inserts, short enough to show a stall. */
  static final long WINDOW_NANOS = 10_000_000_000L;

  private static final int SAMPLES_MAX = 128;

  private long grownNanos;

  private record Sample(long count, long nanos) {}

  private final ArrayDeque<Sample> samples = new ArrayDeque<>();

  /** Takes a count, and answers how many there were per second; 0 for the first. */
  double perSecond(long count, long nowNanos) {
    if (!samples.isEmpty() && count < samples.getLast().count()) {
      samples.clear();
    }
    if (samples.isEmpty() || count > samples.getLast().count()) {
      grownNanos = nowNanos;
    }
    samples.addLast(new Sample(count, nowNanos));
    // One sample older than the window stays, so that there is always something to compare with.
    while ((samples.size() > 2 && nowNanos - second().nanos() >= WINDOW_NANOS)
        || samples.size() > SAMPLES_MAX) {
      samples.removeFirst();
    }
    Sample oldest = samples.getFirst();
    long elapsed = nowNanos - oldest.nanos();
    return elapsed <= 0 ? 0 : (count - oldest.count()) * 1e9 / elapsed;
  }

  /** How long ago the count has grown, as of the last one; 0 while it grows. */
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
