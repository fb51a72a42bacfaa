package dev.windlass.downloader;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What failed rests, longer each time in a row; a name is remembered whether or not its peer is
 * connected, so that a reconnect forgives nothing.
 *
 * <p>Owned by the core. It remembers the last {@link #NAMES_MAX} that failed.
 */
final class BackOff<K> {
  static final int NAMES_MAX = 4_096;

  /** The longest rest is 64 times the first. */
  private static final int DOUBLINGS_MAX = 6;

  private record Entry(int failures, long untilNanos) {}

  private final Map<K, Entry> entries =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Entry> eldest) {
          return size() > NAMES_MAX;
        }
      };

  void failed(K name, long nowNanos, long firstNanos) {
    Entry before = entries.remove(name);
    int failures = before == null ? 1 : before.failures + 1;
    long rest = firstNanos << Math.min(failures - 1, DOUBLINGS_MAX);
    entries.put(name, new Entry(failures, nowNanos + rest));
  }

  void forgive(K name) {
    entries.remove(name);
  }

  int failures(K name) {
    Entry entry = entries.get(name);
    return entry == null ? 0 : entry.failures;
  }

  /** Long.MIN_VALUE if it does not rest. */
  long untilNanos(K name) {
    Entry entry = entries.get(name);
    return entry == null ? Long.MIN_VALUE : entry.untilNanos;
  }
}
