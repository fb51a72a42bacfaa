package dev.windlass.server.http;

import dev.windlass.chain.exchange.HeaderCatchUp;
import dev.windlass.chain.exchange.LocateHeaders;
import dev.windlass.chain.exchange.LocatedHeaders;
import dev.windlass.chain.exchange.OwnHeaders;
import dev.windlass.node.JobFailedException;
import dev.windlass.wire.devp2p.Address;
import dev.windlass.wire.devp2p.Clients;
import dev.windlass.wire.devp2p.Workers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.util.Optional;

/**
 * Brings headers up to the tip of another Windlass, over {@code GET /v1/headers}.
 *
 * <p>Any thread may call it. It asks one question at a time. Headers are proven and handed over on
 * a worker. Each failure is a {@link JobFailedException} of one line that names the server.
 */
public final class HeaderClient {
  /**
   * The limits of one answer.
   *
   * @param bytesMax of the body: 2 MiB of headers and one more in hexadecimal digits, and the rest
   * @param millisMax from the question to the end of the answer
   */
  public record Limits(int bytesMax, long millisMax) {
    public static final Limits DEFAULT = new Limits(8 << 20, 30_000);
  }

  private static final int ERROR_CHARACTERS_MAX = 200;

  private final Vertx vertx;
  private final Clients.Client<HttpClientAgent> client;
  private final String server;
  private final Limits limits;

  public HeaderClient(Vertx vertx, String host, int port) {
    this(vertx, host, port, Limits.DEFAULT);
  }

  HeaderClient(Vertx vertx, String host, int port, Limits limits) {
    this.vertx = vertx;
    this.limits = limits;
    server = Address.of(host, port);
    client =
        Clients.http(
            vertx,
            new HttpClientOptions()
                .setDefaultHost(host)
                .setDefaultPort(port)
                .setMaxInitialLineLength(HttpLimits.LINE_BYTES_MAX));
  }

  /** Asks until the headers reach the tip that the server had at the first answer. */
  public Future<HeaderCatchUp> catchUp(OwnHeaders own) {
    return next(new HeaderCatchUp(own));
  }

  private Future<HeaderCatchUp> next(HeaderCatchUp catchUp) {
    return Workers.run(vertx, catchUp::question)
        .compose(this::body)
        .compose(body -> Workers.run(vertx, () -> take(catchUp, body)))
        .compose(done -> catchUp.isDone() ? Future.succeededFuture(catchUp) : next(catchUp));
  }

  private Void take(HeaderCatchUp catchUp, Buffer body) {
    catchUp
        .take(parse(body))
        .ifPresent(
            fault -> {
              throw failure(fault, null);
            });
    return null;
  }

  /** Asks one question. */
  public Future<LocatedHeaders> ask(LocateHeaders question) {
    return body(question).compose(body -> Workers.run(vertx, () -> parse(body)));
  }

  private LocatedHeaders parse(Buffer body) {
    try {
      return HeadersJson.parse(body);
    } catch (IllegalArgumentException e) {
      throw failure(e.getMessage(), e);
    }
  }

  private Future<Buffer> body(LocateHeaders question) {
    Promise<Buffer> answer = Promise.promise();
    client
        .get()
        .request(HttpMethod.GET, HeadersRequest.target(question))
        .onSuccess(
            request -> {
              long timer =
                  vertx.setTimer(
                      limits.millisMax(), id -> fail(answer, request, "it is too slow", null));
              answer.future().onComplete(done -> vertx.cancelTimer(timer));
              request
                  .send()
                  .onSuccess(response -> read(answer, request, response))
                  .onFailure(e -> fail(answer, request, "it does not answer", e));
            })
        .onFailure(e -> answer.tryFail(failure("it is not reached", e)));
    return answer.future();
  }

  private void read(
      Promise<Buffer> answer, HttpClientRequest request, HttpClientResponse response) {
    Buffer body = Buffer.buffer();
    response.exceptionHandler(e -> fail(answer, request, "its answer breaks off", e));
    response.handler(
        bytes -> {
          if (body.length() + bytes.length() > limits.bytesMax()) {
            fail(answer, request, "its answer has over " + limits.bytesMax() + " bytes", null);
          } else {
            body.appendBuffer(bytes);
          }
        });
    response.endHandler(
        ended -> {
          if (response.statusCode() == 200) {
            answer.tryComplete(body);
          } else {
            answer.tryFail(failure(refusal(response.statusCode(), body), null));
          }
        });
  }

  private static String refusal(int status, Buffer body) {
    String text = body.toString().strip();
    String shown = text.substring(0, Math.min(ERROR_CHARACTERS_MAX, text.length()));
    return "it answers with " + status + (shown.isEmpty() ? "" : ": " + shown);
  }

  /** Fails the answer, and closes the connection so that the server sends no more. */
  private void fail(
      Promise<Buffer> answer, HttpClientRequest request, String reason, Throwable cause) {
    if (answer.tryFail(failure(reason, cause))) {
      request.reset();
    }
  }

  private JobFailedException failure(String reason, Throwable cause) {
    String detail =
        Optional.ofNullable(cause)
            .filter(e -> !(e instanceof IllegalArgumentException))
            .map(e -> ": " + e.getMessage())
            .orElse("");
    return new JobFailedException(server + ": " + reason + detail, cause);
  }
}
