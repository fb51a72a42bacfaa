package dev.windlass.server.http;

/**
 * What a server of HTTP bears.
 *
 * @param connectionsMax that are open at once; one more is closed as it comes
 * @param requestMillisMax from the begin of a connection to the head of its first request, and from
 *     each head to the end of the answer: a head or a body that drips in takes no longer, nor does
 *     an answer that is not read
 * @param idleMillisMax from an answer to the head of the next request
 */
public record HttpLimits(int connectionsMax, long requestMillisMax, long idleMillisMax) {
  /** A scraper asks each minute at the least, and then finds its connection open. */
  public static final HttpLimits DEFAULT = new HttpLimits(256, 30_000, 75_000);

  public HttpLimits {
    if (connectionsMax < 1 || requestMillisMax < 1 || idleMillisMax < 1) {
      throw new IllegalArgumentException("limits of HTTP below 1");
    }
  }
}
