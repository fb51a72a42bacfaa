package dev.windlass.downloader.verticle;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** When each question was put that is not answered; the oldest of too many are forgotten. */
final class AskedTimes {
  /** Many times what may be in flight. */
  private static final int OPEN_MAX = 16_384;

  private final Map<Long, Long> nanos = new LinkedHashMap<>();

  void asked(long ticket, long nowNanos) {
    nanos.put(ticket, nowNanos);
    if (nanos.size() > OPEN_MAX) {
      nanos.remove(nanos.keySet().iterator().next());
    }
  }

  /** How long ago the question was put, of which this is the answer; empty if it is forgotten. */
  OptionalLong answered(long ticket, long nowNanos) {
    Long asked = nanos.remove(ticket);
    return asked == null ? OptionalLong.empty() : OptionalLong.of(nowNanos - asked);
  }
}
