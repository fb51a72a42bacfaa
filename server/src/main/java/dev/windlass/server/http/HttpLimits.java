package dev.windlass.server.http;

/**
 * The limits of an HTTP server.
 *
 * @param connectionsMax open at once. A further connection is closed at once
 * @param requestMillisMax from the start of a connection to the headers of its first request, and
 *     from the headers of each request to the end of the answer. Bytes that trickle in do not
 *     extend it
 * @param idleMillisMax from an answer to the headers of the next request
 */
public record HttpLimits(int connectionsMax, long requestMillisMax, long idleMillisMax) {
  /** A scraper sends a request at least each minute, and then finds its connection still open. */
  public static final HttpLimits DEFAULT = new HttpLimits(256, 30_000, 75_000);

  public HttpLimits {
    if (connectionsMax < 1 || requestMillisMax < 1 || idleMillisMax < 1) {
      throw new IllegalArgumentException("limits of HTTP below 1");
    }
  }
}
