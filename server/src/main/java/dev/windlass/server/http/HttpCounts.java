package dev.windlass.server.http;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts the connections that the HTTP servers have closed. Thread-safe. */
public final class HttpCounts {
  /** Why the server closed a connection. */
  public enum Why {
    /** The request, or the reading of the answer, took too long. */
    SLOW("the request, or the reading of the answer, took too long"),
    /** No further request came after the last answer. */
    IDLE("no further request came"),
    /** The maximum number of connections was open. */
    TOO_MANY("too many connections are open");

    private final String words;

    Why(String words) {
      this.words = words;
    }

    /** The label of the metric. */
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

  /** The number of connections that were closed for this reason. */
  public long count(Why why) {
    return closed.get(why).sum();
  }
}
