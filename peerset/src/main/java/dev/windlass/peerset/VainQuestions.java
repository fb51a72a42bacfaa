package dev.windlass.peerset;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one peer need not be asked for again soon: it has answered with nothing, or it still owes
 * the answer to a sync that has ended.
 *
 * <p>Owned by {@link Peer}, and bounded. An entry expires, so that the question may be sent again.
 */
final class VainQuestions {
  static final int QUESTIONS_MAX = 1_024;

  private final Map<Origin, Long> untilNanos = new LinkedHashMap<>();

  /** When the last of them may be sent again. */
  private long latestNanos = Long.MIN_VALUE;

  void note(Origin origin, long newUntilNanos) {
    latestNanos = Math.max(latestNanos, newUntilNanos);
    untilNanos.remove(origin);
    untilNanos.put(origin, newUntilNanos);
    if (untilNanos.size() > QUESTIONS_MAX) {
      Iterator<Origin> oldest = untilNanos.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** When a question from there may be sent again. Long.MIN_VALUE if it may be sent at any time. */
  long untilNanos(Origin origin) {
    return untilNanos.getOrDefault(origin, Long.MIN_VALUE);
  }

  void remove(Origin origin) {
    untilNanos.remove(origin);
  }

  boolean hasExpired(long nowNanos) {
    return latestNanos <= nowNanos;
  }

  void clear() {
    latestNanos = Long.MIN_VALUE;
    untilNanos.clear();
  }
}
