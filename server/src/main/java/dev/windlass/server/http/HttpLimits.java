package dev.windlass.server.http;

/**
 * The limits of an HTTP server.
 *
 * @param connectionsMax open at once. A further connection is closed at once
 * @param requestMillisMax from the start of a connection to the headers of its first request, and
 *     from the headers of each request to the end of the answer. Bytes that trickle in do not
 *     extend it
 * @param idleMillisMax from an answer to the headers of the next request
 * @param largeAnswersMax answers of some MB that are made or sent at a time. Further ones wait
 */
public record HttpLimits(
    int connectionsMax, long requestMillisMax, long idleMillisMax, int largeAnswersMax) {
  /** The bytes of a request's first line: a locator with the number of each entry takes 9 KB. */
  public static final int LINE_BYTES_MAX = 16 << 10;

  /** A scraper sends a request at least each minute, and then finds its connection still open. */
  public static final HttpLimits DEFAULT = new HttpLimits(256, 30_000, 75_000, 4);

  public HttpLimits {
    if (connectionsMax < 1 || requestMillisMax < 1 || idleMillisMax < 1 || largeAnswersMax < 1) {
      throw new IllegalArgumentException("limits of HTTP below 1");
    }
  }
}
