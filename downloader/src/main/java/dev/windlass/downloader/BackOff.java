package dev.windlass.downloader;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The back-off of names that failed, and their attempts in vain. A name is remembered even if its
 * peer is not connected, so that a reconnect does not reset it.
 *
 * <p>Owned by the core. It remembers the last {@link #NAMES_MAX} names that failed or gave way.
 */
final class BackOff<K> {
  static final int NAMES_MAX = 4_096;

  /** The longest back-off is 64 times the first. */
  private static final int DOUBLINGS_MAX = 6;

  /**
   * @param attempts failures, and turns that ended without a result
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

  /** It rests for a fixed time, however often it failed. */
  void rest(K name, long nowNanos, long nanos) {
    Entry before = entry(name);
    put(name, new Entry(before.failures, before.attempts, nowNanos + nanos, nowNanos));
  }

  /** Its turn is over, without failure and without success. */
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

  /** The number of attempts in vain in a row. */
  int attempts(K name) {
    return entry(name).attempts;
  }

  /** When its last attempt in vain ended, or its rest began. Long.MIN_VALUE if never. */
  long lastNanos(K name) {
    return entry(name).lastNanos;
  }

  /** The end of its back-off, or Long.MIN_VALUE. */
  long untilNanos(K name) {
    return entry(name).untilNanos;
  }

  /** How long it waits for the active sync. It doubles with each attempt in vain. */
  long patienceNanos(K name, long firstNanos) {
    return firstNanos << Math.min(attempts(name), DOUBLINGS_MAX);
  }
}
