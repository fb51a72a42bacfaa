package dev.windlass.downloader.verticle;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** The times of unanswered questions. If there are too many, the oldest are forgotten. */
final class AskedTimes {
  /** Many times as many as can be in flight. */
  private static final int OPEN_MAX = 16_384;

  private final Map<Long, Long> nanos = new LinkedHashMap<>();

  void asked(long ticket, long nowNanos) {
    nanos.put(ticket, nowNanos);
    if (nanos.size() > OPEN_MAX) {
      nanos.remove(nanos.keySet().iterator().next());
    }
  }

  /** The time since the question of this answer. Empty if the question is forgotten. */
  OptionalLong answered(long ticket, long nowNanos) {
    Long asked = nanos.remove(ticket);
    return asked == null ? OptionalLong.empty() : OptionalLong.of(nowNanos - asked);
  }
}
