package dev.windlass.wire.jsonrpc;

import dev.windlass.wire.jsonrpc.RpcFailure.Kind;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Sends batches of calls to a JSON-RPC node. */
interface RpcTransport {
  /** Unpacked. More than the 25 MB after which geth sends no more of a batch. */
  int ANSWER_BYTES_MAX = 64 << 20;

  /** The answers in the order of the calls. Fails with a {@link RpcFailure}. */
  Future<List<RpcAnswer>> batch(List<RpcCall> calls);

  Future<Void> close();

  /** The calls as one batch, with ids from this one on. */
  static JsonArray body(List<RpcCall> calls, long firstId) {
    JsonArray batch = new JsonArray();
    long id = firstId;
    for (RpcCall call : calls) {
      batch.add(
          new JsonObject()
              .put("jsonrpc", "2.0")
              .put("id", id++)
              .put("method", call.method())
              .put("params", new JsonArray(call.params())));
    }
    return batch;
  }

  /**
   * The same failure as a {@link RpcFailure}. The text of Netty may hold the host, not the path.
   */
  static <T> Future<T> failed(Throwable cause) {
    return Future.failedFuture(
        cause instanceof RpcFailure
            ? cause
            : new RpcFailure(Kind.BROKEN, String.valueOf(cause.getMessage())));
  }
}
