package dev.windlass.server.http;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts the connections that the servers of HTTP have closed. Any thread may count and read. */
public final class HttpCounts {
  /** Why a connection was closed by this end. */
  public enum Why {
    /** A request, its body, or the reading of its answer took too long. */
    SLOW("it took too long to ask, or to read the answer"),
    /** Nothing was asked after the last answer. */
    IDLE("nothing more was asked"),
    /** As many were open as may be. */
    TOO_MANY("as many connections are open as may be");

    private final String words;

    Why(String words) {
      this.words = words;
    }

    /** As it stands in a metric's label. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
      return words;
    }
  }

  private final Map<Why, LongAdder> closed = new EnumMap<>(Why.class);

  public HttpCounts() {
    for (Why why : Why.values()) {
      closed.put(why, new LongAdder());
    }
  }

  void closed(Why why) {
    closed.get(why).increment();
  }

  /** How many were closed for this. */
  public long count(Why why) {
    return closed.get(why).sum();
  }
}
