package dev.windlass.wire.mirror;

import dev.windlass.wire.devp2p.Address;
import dev.windlass.wire.devp2p.Clients;
import dev.windlass.wire.devp2p.RemoteText;
import dev.windlass.wire.mirror.MirrorFailure.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * Sends GET requests to a mirror, and follows its redirects. A redirect may lead to another host,
 * as to a bucket, but not from https to http. Credentials go only to the mirror's own host.
 *
 * <p>Owned by one context.
 */
final class MirrorHttp {
  private static final long MILLIS = 1_000;
  private static final int WORDS_MAX = 200;

  private final Vertx vertx;
  private final MirrorUrl url;
  private final int listingBytesMax;
  private final long headMillisMax;
  private final long listingMillisMax;
  private final Clients.Client<HttpClientAgent> http;

  MirrorHttp(Vertx vertx, MirrorUrl url, MirrorLimits limits) {
    this.vertx = vertx;
    this.url = url;
    this.headMillisMax = limits.paceMillis();
    this.listingMillisMax = 2 * limits.paceMillis();
    this.listingBytesMax = limits.listingBytesMax();
    http =
        Clients.http(
            vertx,
            new HttpClientOptions()
                .setVerifyHost(true)
                .setConnectTimeout(MirrorLimits.CONNECT_MILLIS_MAX)
                // A download is given up by its pace. This is for the time until its first byte.
                .setIdleTimeout((int) Math.min(Integer.MAX_VALUE, 3 * limits.paceMillis()))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS));
  }

  /** One place of a request. */
  private record Place(boolean isSecure, String host, int port, String target) {
    boolean isAt(Place other) {
      return isSecure == other.isSecure && port == other.port && host.equals(other.host);
    }

    Place to(String location) throws MirrorFailure {
      URI next;
      try {
        String scheme = isSecure ? "https" : "http";
        next = new URI(scheme + "://" + Address.of(host, port) + target).resolve(new URI(location));
      } catch (URISyntaxException | IllegalArgumentException e) {
        throw new MirrorFailure(Kind.BROKEN, "it redirects to what is no address");
      }
      boolean isNextSecure = "https".equalsIgnoreCase(next.getScheme());
      if (next.getHost() == null || !(isNextSecure || "http".equalsIgnoreCase(next.getScheme()))) {
        throw new MirrorFailure(Kind.BROKEN, "it redirects to what is no web server");
      }
      if (isSecure && !isNextSecure) {
        throw new MirrorFailure(Kind.BROKEN, "it redirects from https to http");
      }
      int nextPort = next.getPort() >= 0 ? next.getPort() : isNextSecure ? 443 : 80;
      String path = next.getRawPath().isEmpty() ? "/" : next.getRawPath();
      String query = next.getRawQuery() == null ? "" : "?" + next.getRawQuery();
      String name = next.getHost();
      String plain = name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
      return new Place(isNextSecure, plain, nextPort, path + query);
    }
  }

  private Place place(String file) {
    return new Place(url.isSecure(), url.host(), url.port(), url.folder() + file);
  }

  /**
   * Asks for a file of the folder, or for its index if the name is empty.
   *
   * @return a response of the status 200, 206 or 416, paused. Fails with a {@link MirrorFailure}
   *     for other statuses
   */
  Future<HttpClientResponse> get(String file, Map<String, String> headers) {
    return get(place(file), headers, MirrorLimits.REDIRECTS_MAX).recover(MirrorHttp::failed);
  }

  private Future<HttpClientResponse> get(Place at, Map<String, String> headers, int redirects) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost(at.host())
            .setPort(at.port())
            .setSsl(at.isSecure())
            .setURI(at.target())
            // The bytes of a part must be those of the file.
            .putHeader("accept-encoding", "identity");
    headers.forEach(options::putHeader);
    if (at.isAt(place(""))) {
      url.authorization().ifPresent(value -> options.putHeader("authorization", value));
    }
    return http.get()
        .request(options)
        .compose(this::sent)
        .compose(response -> taken(response, at, headers, redirects));
  }

  /** The head of the answer. A byte now and then does not extend its deadline. */
  private Future<HttpClientResponse> sent(HttpClientRequest request) {
    Promise<HttpClientResponse> head = Promise.promise();
    long timer =
        vertx.setTimer(
            headMillisMax,
            late -> {
              if (head.tryFail(late("it has not answered", headMillisMax))) {
                request.reset();
              }
            });
    request.send().onComplete(head::tryComplete, head::tryFail);
    return head.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  private static MirrorFailure late(String what, long millis) {
    return new MirrorFailure(Kind.BROKEN, what + " within " + Math.max(1, millis / MILLIS) + " s");
  }

  private Future<HttpClientResponse> taken(
      HttpClientResponse response, Place at, Map<String, String> headers, int redirects) {
    response.pause();
    int status = response.statusCode();
    String location = response.getHeader("location");
    boolean isRedirect =
        status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    if (isRedirect && location != null) {
      reset(response);
      if (redirects == 0) {
        return Future.failedFuture(
            new MirrorFailure(
                Kind.BROKEN, "it redirects more than " + MirrorLimits.REDIRECTS_MAX + " times"));
      }
      try {
        return get(at.to(location), headers, redirects - 1);
      } catch (MirrorFailure e) {
        return Future.failedFuture(e);
      }
    }
    if (status == 200 || status == 206 || status == 416) {
      return Future.succeededFuture(response);
    }
    reset(response);
    return Future.failedFuture(ofStatus(status, response.getHeader("retry-after")));
  }

  private static MirrorFailure ofStatus(int status, String retryAfter) {
    String message = "HTTP " + status;
    return switch (status) {
      case 403, 404, 410 -> new MirrorFailure(Kind.ABSENT, message);
      case 429, 503 -> new MirrorFailure(Kind.LIMITED, message, millis(retryAfter));
      default -> new MirrorFailure(Kind.BROKEN, message);
    };
  }

  /** Seconds as a number. The form with a date is passed over. */
  private static long millis(String retryAfter) {
    return retryAfter != null && retryAfter.matches("[0-9]{1,6}")
        ? Math.min(MirrorLimits.RETRY_AFTER_SECONDS_MAX, Long.parseLong(retryAfter)) * MILLIS
        : 0;
  }

  /** The text of a file of the folder, or its index if the name is empty. */
  Future<String> text(String file) {
    return get(file, Map.of()).compose(this::text).recover(MirrorHttp::failed);
  }

  private Future<String> text(HttpClientResponse response) {
    if (response.statusCode() != 200) {
      reset(response);
      return Future.failedFuture(
          new MirrorFailure(Kind.BROKEN, "HTTP " + response.statusCode() + " for its listing"));
    }
    Promise<String> taken = Promise.promise();
    Buffer body = Buffer.buffer();
    response.handler(
        part -> {
          if (body.length() + part.length() > listingBytesMax) {
            taken.tryFail(
                new MirrorFailure(
                    Kind.BROKEN, "its listing has more than " + listingBytesMax + " bytes"));
            reset(response);
            return;
          }
          body.appendBuffer(part);
        });
    long timer =
        vertx.setTimer(
            listingMillisMax,
            late -> {
              if (taken.tryFail(late("it has not sent its listing", listingMillisMax))) {
                reset(response);
              }
            });
    response.exceptionHandler(taken::tryFail);
    response.endHandler(end -> taken.tryComplete(body.toString(StandardCharsets.ISO_8859_1)));
    response.resume();
    return taken.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  /** Closes the connection. Without a handler Vert.x would print the stack trace of the reset. */
  static void reset(HttpClientResponse response) {
    response.exceptionHandler(ignored -> {});
    response.request().reset();
  }

  static <T> Future<T> failed(Throwable cause) {
    return Future.failedFuture(
        cause instanceof MirrorFailure ? cause : new MirrorFailure(Kind.BROKEN, words(cause)));
  }

  private static String words(Throwable cause) {
    Throwable deepest = cause;
    boolean isTls = cause instanceof SSLException;
    while (deepest.getCause() != null
        && deepest.getCause() != deepest
        && !(deepest instanceof UnknownHostException)) {
      deepest = deepest.getCause();
      isTls |= deepest instanceof SSLException;
    }
    String message =
        deepest.getMessage() == null ? deepest.getClass().getSimpleName() : deepest.getMessage();
    // Netty adds the bytes that are no TLS.
    String line = message.lines().findFirst().orElse("").replaceFirst(": [0-9a-f]{16,}.*", "");
    String shown = RemoteText.shown(line.strip(), WORDS_MAX);
    return isTls ? "no TLS connection: " + shown : shown;
  }

  Future<Void> close() {
    return http.close();
  }
}
