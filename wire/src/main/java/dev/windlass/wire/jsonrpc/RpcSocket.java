package dev.windlass.wire.jsonrpc;

import dev.windlass.chain.Head;
import dev.windlass.wire.devp2p.Clients;
import dev.windlass.wire.devp2p.Workers;
import dev.windlass.wire.jsonrpc.RpcFailure.Kind;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Sends batches of calls to a JSON-RPC node over one WebSocket, and hears of its new heads.
 *
 * <p>It connects at the first batch, and once only: after its end each batch fails. Its context
 * owns it. Any thread may call {@link #batch} and {@link #close}.
 */
final class RpcSocket implements RpcTransport {
  private static final int CONNECT_MILLIS_MAX = 5_000;
  private static final int ANSWER_MILLIS_MAX = 30_000;

  private final Vertx vertx;
  private final Context context;
  private final RpcUrl url;
  private final LongConsumer onBytes;
  private final Observer observer;
  private final Clients.Client<WebSocketClient> client;

  /** By the first id of each batch. */
  private final NavigableMap<Long, Waiting> waiting = new TreeMap<>();

  private Future<WebSocket> connected;
  private long nextId = 1;
  private boolean hasEnded;

  private record Waiting(int count, long timer, Promise<List<RpcAnswer>> answered) {}

  /** Its methods are called on the context. */
  interface Observer {
    /** The node has a new head. */
    void onHead(Head head);

    /** The connection is over. Called once, and not after {@link #close}. */
    void onEnd(String reason);
  }

  /**
   * @param onBytes hears how many bytes have come, at each answer
   */
  RpcSocket(Vertx vertx, RpcUrl url, LongConsumer onBytes, Observer observer) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.url = url;
    this.onBytes = onBytes;
    this.observer = observer;
    client =
        Clients.webSocket(
            vertx,
            new WebSocketClientOptions()
                .setSsl(url.isSecure())
                .setVerifyHost(true)
                .setConnectTimeout(CONNECT_MILLIS_MAX)
                .setMaxFrameSize(ANSWER_BYTES_MAX)
                .setMaxMessageSize(ANSWER_BYTES_MAX));
  }

  @Override
  public Future<List<RpcAnswer>> batch(List<RpcCall> calls) {
    Promise<List<RpcAnswer>> answered = Promise.promise();
    context.runOnContext(ignored -> send(calls, answered));
    return answered.future().recover(RpcTransport::failed);
  }

  private void send(List<RpcCall> calls, Promise<List<RpcAnswer>> answered) {
    if (hasEnded) {
      answered.fail(new RpcFailure(Kind.BROKEN, "the connection is closed"));
      return;
    }
    long id = nextId;
    nextId += calls.size();
    long timer = vertx.setTimer(ANSWER_MILLIS_MAX, i -> end("it has not answered for 30 s"));
    waiting.put(id, new Waiting(calls.size(), timer, answered));
    connected()
        .compose(socket -> socket.writeTextMessage(RpcTransport.body(calls, id).encode()))
        .onFailure(failure -> end(String.valueOf(failure.getMessage())));
  }

  private Future<WebSocket> connected() {
    if (connected == null) {
      WebSocketConnectOptions options =
          new WebSocketConnectOptions()
              .setHost(url.host())
              .setPort(url.port())
              .setSsl(url.isSecure())
              .setURI(url.target())
              // Vert.x names the server itself as the origin, and geth refuses that with 403.
              .setAllowOriginHeader(false);
      url.authorization().ifPresent(value -> options.addHeader("authorization", value));
      connected = client.get().connect(options).onSuccess(this::listen);
    }
    return connected;
  }

  private void listen(WebSocket socket) {
    socket.textMessageHandler(text -> context.runOnContext(ignored -> take(text)));
    socket.exceptionHandler(
        failure -> context.runOnContext(ignored -> end(String.valueOf(failure.getMessage()))));
    socket.closeHandler(
        closed ->
            context.runOnContext(
                ignored -> end("it has closed the connection" + because(socket.closeReason()))));
  }

  private static String because(String reason) {
    return reason == null || reason.isEmpty() ? "" : ": " + reason;
  }

  private void take(String text) {
    onBytes.accept(text.length());
    Workers.runInOrder(vertx, () -> RpcReply.decoded(Buffer.buffer(text)))
        .onComplete(
            decoded ->
                context.runOnContext(
                    ignored -> {
                      if (decoded.succeeded()) {
                        take(decoded.result());
                      } else {
                        end(String.valueOf(decoded.cause().getMessage()));
                      }
                    }));
  }

  private void take(JsonValue message) {
    if (message.isObject() && message.hasField("method")) {
      head(message).ifPresent(observer::onHead);
      return;
    }
    Map.Entry<Long, Waiting> of = asked(message);
    if (of == null) {
      return;
    }
    Waiting asked = waiting.remove(of.getKey());
    vertx.cancelTimer(asked.timer);
    try {
      asked.answered.complete(RpcReply.answers(message, of.getKey(), asked.count));
    } catch (RpcFailure e) {
      asked.answered.fail(e);
    }
  }

  /** The batch that a message answers. An error about a whole batch has no id. */
  private Map.Entry<Long, Waiting> asked(JsonValue message) {
    List<JsonValue> batch = message.isArray() ? message.items() : List.of();
    JsonValue first = batch.isEmpty() ? message : batch.get(0);
    return first.scalar("id") instanceof Number id
        ? waiting.floorEntry(id.longValue())
        : waiting.firstEntry();
  }

  /** The head of a notification. Empty if it is of another subscription. */
  private static Optional<Head> head(JsonValue event) {
    JsonValue params = event.field("params");
    JsonValue result = params == null ? null : params.field("result");
    if (result == null || !result.isObject()) {
      return Optional.empty();
    }
    try {
      JsonFields header = new JsonFields(result, "a new head");
      return Optional.of(Head.of(header.hash("hash"), header.number("number")));
    } catch (BlockJsonException e) {
      return Optional.empty();
    }
  }

  private void end(String reason) {
    if (!hasEnded) {
      stop(reason);
      observer.onEnd(reason);
    }
  }

  private void stop(String reason) {
    hasEnded = true;
    waiting
        .values()
        .forEach(
            asked -> {
              vertx.cancelTimer(asked.timer);
              asked.answered.tryFail(new RpcFailure(Kind.BROKEN, reason));
            });
    waiting.clear();
    client.close();
  }

  @Override
  public Future<Void> close() {
    Promise<Void> closed = Promise.promise();
    context.runOnContext(
        ignored -> {
          if (!hasEnded) {
            stop("the connection is closed");
          }
          closed.complete();
        });
    return closed.future();
  }
}
