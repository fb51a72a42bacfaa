package dev.windlass.downloader;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What failed rests, longer each time in a row, and what had its turn in vain waits for the others;
 * a name is remembered whether or not its peer is connected, so that a reconnect forgives nothing.
 *
 * <p>Owned by the core. It remembers the last {@link #NAMES_MAX} that failed or had a turn.
 */
final class BackOff<K> {
  static final int NAMES_MAX = 4_096;

  /** The longest rest is 64 times the first. */
  private static final int DOUBLINGS_MAX = 6;

  /**
   * @param attempts those that failed, and turns that were over before anything was reached
   * @param lastNanos when the last attempt ended
   */
  private record Entry(int failures, int attempts, long untilNanos, long lastNanos) {}

  private static final Entry NONE = new Entry(0, 0, Long.MIN_VALUE, Long.MIN_VALUE);

  private final Map<K, Entry> entries =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Entry> eldest) {
          return size() > NAMES_MAX;
        }
      };

  void failed(K name, long nowNanos, long firstNanos) {
    Entry before = entry(name);
    int failures = before.failures + 1;
    long rest = firstNanos << Math.min(failures - 1, DOUBLINGS_MAX);
    put(name, new Entry(failures, before.attempts + 1, nowNanos + rest, nowNanos));
  }

  /** Its turn is over, and it has neither failed nor come to its end. */
  void gaveWay(K name, long nowNanos) {
    Entry before = entry(name);
    put(name, new Entry(before.failures, before.attempts + 1, before.untilNanos, nowNanos));
  }

  private Entry entry(K name) {
    return entries.getOrDefault(name, NONE);
  }

  private void put(K name, Entry entry) {
    entries.remove(name);
    entries.put(name, entry);
  }

  void forgive(K name) {
    entries.remove(name);
  }

  /** How often in a row it was tried in vain. */
  int attempts(K name) {
    return entry(name).attempts;
  }

  /** When it was tried in vain last; Long.MIN_VALUE if it was not. */
  long lastNanos(K name) {
    return entry(name).lastNanos;
  }

  /** Long.MIN_VALUE if it does not rest. */
  long untilNanos(K name) {
    return entry(name).untilNanos;
  }

  /**
   * How long it lets another go on that is at work: the longer the more often it was tried in vain.
   */
  long patienceNanos(K name, long firstNanos) {
    return firstNanos << Math.min(attempts(name), DOUBLINGS_MAX);
  }
}
