package dev.windlass.p2p.log;

import java.util.HashMap;
import java.util.Map;
import org.slf4j.event.Level;

/**
 * The rule for lines that may come again and again while nothing changes: what is new is said at
 * once, and then after a minute, and after twice as long each time, up to an hour. In between it is
 * for debug.
 *
 * <p>Any thread may ask; time comes in. Bounded: what is new beyond {@code namesMax} shares one
 * name, so that whoever invents names does not fill the log either.
 *
 * @param <K> what tells one line from another
 */
public final class Repeats<K> {
  static final long PAUSE_NANOS_MIN = 60_000_000_000L;
  static final long PAUSE_NANOS_MAX = 3_600_000_000_000L;

  private final int namesMax;

  /** The name that all beyond the bound share is null. */
  private final Map<K, Said> said = new HashMap<>();

  private record Said(long atNanos, long pauseNanos) {
    boolean isDue(long nowNanos) {
      return nowNanos - atNanos >= pauseNanos;
    }
  }

  public Repeats(int namesMax) {
    this.namesMax = namesMax;
  }

  /** The level of a line now: what it has if it is due, else debug. It counts as said. */
  public Level level(Level ifDue, K name, long nowNanos) {
    return isDue(name, nowNanos) ? ifDue : Level.DEBUG;
  }

  /** Whether a line is due now; then it counts as said. */
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

  /** Forgets, if need be, what is due anyway: all that it loses is the length of its pause. */
  private boolean hasRoom(long nowNanos) {
    if (said.size() >= namesMax) {
      said.entrySet().removeIf(entry -> entry.getKey() != null && entry.getValue().isDue(nowNanos));
    }
    return said.size() < namesMax;
  }

  /** Something has changed: all that comes is new again. */
  public synchronized void clear() {
    said.clear();
  }
}
