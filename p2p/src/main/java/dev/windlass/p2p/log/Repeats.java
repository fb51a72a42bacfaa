package dev.windlass.p2p.log;

import java.util.HashMap;
import java.util.Map;
import org.slf4j.event.Level;

/**
 * Limits log lines that repeat while nothing changes. A new line is due at once, then after a
 * minute, and then after twice as long each time, up to an hour. In between it is logged at debug.
 *
 * <p>Thread-safe. Time is an argument. Bounded: new names beyond {@code namesMax} share one name,
 * so that a peer that invents names does not flood the log.
 *
 * @param <K> the name that identifies a line
 */
public final class Repeats<K> {
  static final long PAUSE_NANOS_MIN = 60_000_000_000L;
  static final long PAUSE_NANOS_MAX = 3_600_000_000_000L;

  private final int namesMax;

  /** By name. Names beyond the bound share the name null. */
  private final Map<K, Said> said = new HashMap<>();

  private record Said(long atNanos, long pauseNanos) {
    boolean isDue(long nowNanos) {
      return nowNanos - atNanos >= pauseNanos;
    }
  }

  public Repeats(int namesMax) {
    this.namesMax = namesMax;
  }

  /** The level of a line that is logged now: {@code ifDue} if it is due, else debug. */
  public Level level(Level ifDue, K name, long nowNanos) {
    return isDue(name, nowNanos) ? ifDue : Level.DEBUG;
  }

  /** Whether a line is due now. If so, it counts as logged. */
  public synchronized boolean isDue(K name, long nowNanos) {
    K known = said.containsKey(name) || hasRoom(nowNanos) ? name : null;
    Said before = said.get(known);
    if (before != null && !before.isDue(nowNanos)) {
      return false;
    }
    long pause =
        before == null ? PAUSE_NANOS_MIN : Math.min(PAUSE_NANOS_MAX, 2 * before.pauseNanos);
    said.put(known, new Said(nowNanos, pause));
    return true;
  }

  /**
   * If the bound is reached, removes names that are due. They lose only the length of their pause.
   */
  private boolean hasRoom(long nowNanos) {
    if (said.size() >= namesMax) {
      said.entrySet().removeIf(entry -> entry.getKey() != null && entry.getValue().isDue(nowNanos));
    }
    return said.size() < namesMax;
  }

  /** Makes every line new again, after a change. */
  public synchronized void clear() {
    said.clear();
  }
}
