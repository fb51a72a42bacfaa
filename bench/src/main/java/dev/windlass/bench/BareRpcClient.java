package dev.windlass.bench;

import dev.windlass.node.JobFailedException;
import dev.windlass.wire.jsonrpc.RpcUrl;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Fetches all blocks with their transactions from a JSON-RPC node, in batches on several
 * connections. It reads the bytes of each answer, and nothing else.
 */
final class BareRpcClient {
  private static final int CONNECTIONS = 4;
  private static final int BATCH = 100;
  private static final int OK = 200;

  private final RpcUrl url;
  private final HttpClientAgent http;
  private final long last;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private long next = 1;
  private int open;
  private long bytes;

  /**
   * What was read.
   *
   * @param bytes of all answers, as they came
   */
  record Read(double blocksPerSecond, long bytes) {}

  private BareRpcClient(Vertx vertx, RpcUrl url, long last) {
    this.url = url;
    this.last = last;
    http =
        vertx.createHttpClient(
            new HttpClientOptions().setSsl(url.isSecure()),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS));
  }

  /** Reads the blocks 1 to a last one. */
  static Read read(RpcUrl url, long last) {
    Vertx vertx = Vertx.vertx();
    try {
      BareRpcClient client = new BareRpcClient(vertx, url, last);
      long started = System.nanoTime();
      for (int i = 0; i < CONNECTIONS; i++) {
        client.ask();
      }
      client.await();
      double seconds = (System.nanoTime() - started) / 1e9;
      return new Read(last / seconds, client.bytes);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private void await() {
    try {
      done.join();
    } catch (CompletionException e) {
      throw new JobFailedException(url + ": " + e.getCause().getMessage(), e);
    }
  }

  private synchronized void ask() {
    if (next > last) {
      if (open == 0) {
        done.complete(null);
      }
      return;
    }
    open++;
    JsonArray calls = new JsonArray();
    for (; next <= last && calls.size() < BATCH; next++) {
      calls.add(
          new JsonObject()
              .put("jsonrpc", "2.0")
              .put("id", next)
              .put("method", "eth_getBlockByNumber")
              .put("params", new JsonArray().add("0x" + Long.toHexString(next)).add(true)));
    }
    http.request(url.post())
        .compose(request -> request.send(calls.toBuffer()))
        .compose(
            response ->
                response
                    .body()
                    .map(
                        body -> {
                          if (response.statusCode() != OK) {
                            throw new IllegalStateException("HTTP " + response.statusCode());
                          }
                          return body.length();
                        }))
        .onSuccess(this::took)
        .onFailure(done::completeExceptionally);
  }

  private synchronized void took(int length) {
    open--;
    bytes += length;
    ask();
  }
}
