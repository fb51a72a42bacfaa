package dev.windlass.wire.jsonrpc;

import dev.windlass.wire.devp2p.Clients;
import dev.windlass.wire.devp2p.Workers;
import dev.windlass.wire.jsonrpc.RpcFailure.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.PoolOptions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Sends batches of calls to a JSON-RPC node over HTTP.
 *
 * <p>It keeps at most {@link #CONNECTIONS_MAX} connections, and takes no answer of more than {@link
 * #ANSWER_BYTES_MAX}. It asks for gzip, if the node is on another machine. An answer is read on a
 * worker.
 */
final class RpcHttp implements RpcTransport {
  static final int CONNECTIONS_MAX = 4;

  private static final int CONNECT_MILLIS_MAX = 5_000;

  /** Without a byte. */
  private static final int SILENT_SECONDS_MAX = 30;

  private final Vertx vertx;
  private final RpcUrl url;
  private final Clients.Client<HttpClientAgent> http;
  private final LongConsumer onBytes;

  /**
   * @param onBytes hears how many bytes have come, at each part of an answer
   */
  RpcHttp(Vertx vertx, RpcUrl url, LongConsumer onBytes) {
    this.vertx = vertx;
    this.url = url;
    this.onBytes = onBytes;
    HttpClientOptions options =
        new HttpClientOptions()
            .setSsl(url.isSecure())
            .setVerifyHost(true)
            // To pack an answer takes a node on this machine longer than to send it whole.
            .setDecompressionSupported(!url.isLoopback())
            .setConnectTimeout(CONNECT_MILLIS_MAX)
            .setIdleTimeout(SILENT_SECONDS_MAX)
            .setIdleTimeoutUnit(TimeUnit.SECONDS);
    http =
        Clients.http(
            vertx,
            options,
            new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX).setHttp2MaxSize(CONNECTIONS_MAX));
  }

  @Override
  public Future<List<RpcAnswer>> batch(List<RpcCall> calls) {
    return http.get()
        .request(url.post())
        .compose(request -> request.send(RpcTransport.body(calls, 0).toBuffer()))
        .compose(this::take)
        .compose(
            body ->
                Workers.run(vertx, () -> RpcReply.answers(RpcReply.decoded(body), 0, calls.size())))
        .recover(RpcTransport::failed);
  }

  private Future<Buffer> take(HttpClientResponse response) {
    RpcFailure failure =
        RpcReply.ofStatus(response.statusCode(), response.getHeader("retry-after"));
    if (failure != null) {
      // The rest of an error's page is of no use.
      reset(response);
      return Future.failedFuture(failure);
    }
    Promise<Buffer> taken = Promise.promise();
    Buffer body = Buffer.buffer();
    response.handler(
        part -> {
          if (body.length() + part.length() > ANSWER_BYTES_MAX) {
            taken.tryFail(
                new RpcFailure(Kind.TOO_LARGE, "more than " + ANSWER_BYTES_MAX + " bytes"));
            reset(response);
            return;
          }
          body.appendBuffer(part);
          onBytes.accept(part.length());
        });
    response.exceptionHandler(taken::tryFail);
    response.endHandler(end -> taken.tryComplete(body));
    return taken.future();
  }

  /** Closes the connection. Without a handler Vert.x would print the stack trace of the reset. */
  private static void reset(HttpClientResponse response) {
    response.exceptionHandler(ignored -> {});
    response.request().reset();
  }

  @Override
  public Future<Void> close() {
    return http.close();
  }
}
