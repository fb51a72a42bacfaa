package dev.windlass.wire.jsonrpc;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.wire.LocalServer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/** A JSON-RPC node over HTTP and WebSocket on loopback, which serves a chain and has faults. */
public final class RpcNode implements AutoCloseable {
  private static final long SECONDS_MAX = 20;
  private static final int HASH_CHARS = 66;

  private final Vertx vertx;
  private final HttpServer server;
  private final Map<String, Long> calls = new ConcurrentHashMap<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final List<String> encodings = new CopyOnWriteArrayList<>();
  private final List<Integer> batches = new CopyOnWriteArrayList<>();
  private final List<ServerWebSocket> sockets = new CopyOnWriteArrayList<>();
  private volatile ServedChain chain;
  private volatile Map<String, Long> tags = Map.of();
  private volatile Supplier<Optional<Refusal>> refusal = Optional::empty;
  private volatile Function<Integer, Optional<Refusal>> sizeLimit = size -> Optional.empty();
  private volatile BiFunction<String, JsonObject, JsonObject> twist = (method, block) -> block;
  private volatile boolean offersRaw;
  private volatile boolean offersHeaders;
  private volatile long kept;
  private volatile Pruned pruned = Pruned.ERROR_4444;
  private volatile boolean keepsHeaders;
  private volatile OptionalLong oldest = OptionalLong.empty();
  private final AtomicLong droppedCalls = new AtomicLong();

  /** What it answers instead of a block that it has dropped. */
  public enum Pruned {
    /** geth and Erigon since EIP-4444. */
    ERROR_4444,
    /** Most nodes, of a block that they do not know. */
    NULL,
    /** Some proxies and older nodes. */
    ERROR_32000,
    /** Some proxies, of anything that they have not. */
    EMPTY_LIST,
    /** An empty object instead of a block. */
    EMPTY_OBJECT
  }

  /** A reply with another status than 200, or with this text. */
  public record Refusal(int status, String retryAfter, String body) {}

  public RpcNode(ServedChain chain) {
    this.vertx = Vertx.vertx();
    this.chain = chain;
    server =
        LocalServer.listen(
            vertx
                .createHttpServer(new HttpServerOptions().setCompressionSupported(true))
                .requestHandler(this::take)
                .webSocketHandshakeHandler(
                    handshake -> {
                      // As geth refuses each page of a browser that was not allowed.
                      if (handshake.headers().contains("origin")) {
                        handshake.reject(403);
                      } else {
                        handshake.accept();
                      }
                    })
                .webSocketHandler(this::take));
  }

  public String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  public String webSocketUrl() {
    return "ws://127.0.0.1:" + server.actualPort();
  }

  /** From now on it serves this chain. */
  public RpcNode serve(ServedChain newChain) {
    chain = newChain;
    return this;
  }

  /** The numbers of {@code finalized} and {@code safe}. Without one, it is the head. */
  public RpcNode tags(Map<String, Long> newTags) {
    tags = newTags;
    return this;
  }

  /** Each reply is refused if this says so. */
  public RpcNode refuse(Supplier<Optional<Refusal>> newRefusal) {
    refusal = newRefusal;
    return this;
  }

  /** The same by the number of calls in the batch. */
  public RpcNode limit(Function<Integer, Optional<Refusal>> newLimit) {
    sizeLimit = newLimit;
    return this;
  }

  /** Changes each block or uncle of an answer, by the method that asks for it. */
  public RpcNode twist(BiFunction<String, JsonObject, JsonObject> newTwist) {
    twist = newTwist;
    return this;
  }

  /** Answers with error 4444 for what is between the genesis and this number. */
  public RpcNode dropBelow(long number) {
    kept = number;
    return this;
  }

  /** Answers so for what it has dropped. */
  public RpcNode answer(Pruned with) {
    pruned = with;
    return this;
  }

  /** Gives headers, and only blocks with their transactions count as dropped. */
  public RpcNode keepHeaders() {
    keepsHeaders = true;
    return this;
  }

  /** Reports the lowest block that it serves, in {@code eth_capabilities}. */
  public RpcNode reportOldest(long number) {
    oldest = OptionalLong.of(number);
    return this;
  }

  /** How many calls asked for a block that it has dropped. */
  public long dropped() {
    return droppedCalls.get();
  }

  public RpcNode offerRaw() {
    offersRaw = true;
    return this;
  }

  /** As geth. */
  public RpcNode offerHeaders() {
    offersHeaders = true;
    return this;
  }

  /** From now on it has neither raw bytes nor headers. */
  public RpcNode offerNothing() {
    offersRaw = false;
    offersHeaders = false;
    return this;
  }

  public long calls(String method) {
    return calls.getOrDefault(method, 0L);
  }

  /** The sizes of the batches that were answered. */
  public List<Integer> batches() {
    return batches;
  }

  /** The encodings that each batch over HTTP allows its answer to have. */
  public List<String> encodings() {
    return encodings;
  }

  public List<String> authorizations() {
    return authorizations;
  }

  public int subscribers() {
    return sockets.size();
  }

  /** Sends the head to all that have subscribed. */
  public void announce() {
    Block head = Block.decode(chain.rawBlock(chain.head().number()));
    JsonObject event =
        new JsonObject()
            .put("jsonrpc", "2.0")
            .put("method", "eth_subscription")
            .put(
                "params",
                new JsonObject()
                    .put("subscription", "0x1")
                    .put(
                        "result",
                        BlockAsJson.header(head.header())
                            .putNull("blockAccessListHash")
                            .putNull("slotNumber")));
    sockets.forEach(socket -> socket.writeTextMessage(event.encode()));
  }

  /** Ends all subscriptions without a word. */
  public void cut() {
    sockets.forEach(ServerWebSocket::close);
  }

  private void take(ServerWebSocket socket) {
    socket.textMessageHandler(
        text -> {
          JsonArray answers = new JsonArray();
          new JsonArray(text)
              .forEach(
                  call -> {
                    JsonObject answer = answer((JsonObject) call);
                    if ("eth_subscribe".equals(((JsonObject) call).getString("method"))) {
                      sockets.add(socket);
                    }
                    answers.add(answer);
                  });
          socket.writeTextMessage(answers.encode());
        });
    socket.closeHandler(closed -> sockets.remove(socket));
  }

  private void take(HttpServerRequest request) {
    Optional.ofNullable(request.getHeader("authorization")).ifPresent(authorizations::add);
    encodings.add(String.valueOf(request.getHeader("accept-encoding")));
    request.body().onSuccess(body -> answer(request, body));
  }

  private void answer(HttpServerRequest request, Buffer body) {
    JsonArray batch = body.toJsonArray();
    Optional<Refusal> refused = refusal.get().or(() -> sizeLimit.apply(batch.size()));
    if (refused.isPresent()) {
      Refusal with = refused.get();
      request.response().setStatusCode(with.status);
      if (!with.retryAfter.isEmpty()) {
        request.response().putHeader("retry-after", with.retryAfter);
      }
      request.response().end(with.body);
      return;
    }
    batches.add(batch.size());
    JsonArray answers = new JsonArray();
    batch.forEach(call -> answers.add(answer((JsonObject) call)));
    request.response().putHeader("content-type", "application/json").end(answers.toBuffer());
  }

  private void count(String method) {
    calls.merge(method, 1L, Long::sum);
  }

  private JsonObject answer(JsonObject call) {
    String method = call.getString("method");
    JsonArray params = call.getJsonArray("params");
    count(method);
    JsonObject answer = new JsonObject().put("jsonrpc", "2.0").put("id", call.getValue("id"));
    return switch (method) {
      case "web3_clientVersion" -> answer.put("result", "test/1");
      case "eth_chainId" -> answer.put("result", "0x7a69");
      case "eth_capabilities" -> capabilities(answer);
      case "eth_subscribe" -> answer.put("result", "0x1");
      case "eth_getBlockByNumber" -> block(answer, method, numberOf(params.getString(0)), params);
      case "eth_getBlockByHash" -> block(answer, method, numberOfHash(params.getString(0)), params);
      case "eth_getHeaderByNumber" -> header(answer, method, numberOf(params.getString(0)));
      case "eth_getHeaderByHash" -> header(answer, method, numberOfHash(params.getString(0)));
      case "eth_getUncleByBlockHashAndIndex" -> answer.put("result", uncle(method, params));
      case "debug_getRawHeader", "debug_getRawBlock" -> raw(answer, method, params);
      default -> missing(answer, method);
    };
  }

  private static JsonObject missing(JsonObject answer, String method) {
    return error(answer, -32601, "the method " + method + " does not exist");
  }

  private static JsonObject error(JsonObject answer, int code, String message) {
    return answer.put("error", new JsonObject().put("code", code).put("message", message));
  }

  private OptionalLong numberOf(String tag) {
    long number =
        tag.startsWith("0x")
            ? Long.parseLong(tag.substring(2), 16)
            : tags.getOrDefault(tag, chain.head().number());
    boolean isThere = number >= chain.lowest().number() && number <= chain.head().number();
    return isThere ? OptionalLong.of(number) : OptionalLong.empty();
  }

  private OptionalLong numberOfHash(String hash) {
    return chain.numberOf(Hash.fromHex(hash));
  }

  private Block block(long number) {
    return Block.decode(chain.rawBlock(number));
  }

  private JsonObject block(
      JsonObject answer, String method, OptionalLong number, JsonArray params) {
    boolean isWhole = params.getBoolean(1);
    boolean isDropped = number.isPresent() && number.getAsLong() > 0 && number.getAsLong() < kept;
    if (isDropped && (isWhole || !keepsHeaders)) {
      return dropped(answer);
    }
    return answer.put(
        "result",
        number.isEmpty()
            ? null
            : twist.apply(
                method, BlockAsJson.block(block(number.getAsLong()), params.getBoolean(1))));
  }

  private JsonObject capabilities(JsonObject answer) {
    if (oldest.isEmpty()) {
      return error(answer, -32601, "the method eth_capabilities does not exist");
    }
    String number = "0x" + Long.toHexString(oldest.getAsLong());
    JsonObject blocks = new JsonObject().put("disabled", false).put("oldestBlock", number);
    return answer.put("result", new JsonObject().put("blocks", blocks));
  }

  private JsonObject dropped(JsonObject answer) {
    droppedCalls.incrementAndGet();
    return switch (pruned) {
      case ERROR_4444 -> error(answer, 4444, "pruned history unavailable");
      case ERROR_32000 -> error(answer, -32000, "header not found");
      case NULL -> answer.putNull("result");
      case EMPTY_LIST -> answer.put("result", new JsonArray());
      case EMPTY_OBJECT -> answer.put("result", new JsonObject());
    };
  }

  private JsonObject header(JsonObject answer, String method, OptionalLong number) {
    if (!offersHeaders) {
      return missing(answer, method);
    }
    return answer.put(
        "result",
        number.isEmpty()
            ? null
            : twist.apply(method, BlockAsJson.header(block(number.getAsLong()).header())));
  }

  private JsonObject uncle(String method, JsonArray params) {
    OptionalLong number = numberOfHash(params.getString(0));
    int index = Integer.parseInt(params.getString(1).substring(2), 16);
    return number.isEmpty()
        ? null
        : twist.apply(method, BlockAsJson.header(block(number.getAsLong()).uncles().get(index)));
  }

  private JsonObject raw(JsonObject answer, String method, JsonArray params) {
    if (!offersRaw) {
      return missing(answer, method);
    }
    String at = params.getString(0);
    OptionalLong number = at.length() == HASH_CHARS ? numberOfHash(at) : numberOf(at);
    if (number.isEmpty()) {
      return error(answer, -32000, "not found");
    }
    byte[] bytes =
        method.equals("debug_getRawHeader")
            ? chain.rawHeader(number.getAsLong())
            : chain.rawBlock(number.getAsLong());
    return answer.put("result", "0x" + HexFormat.of().formatHex(bytes));
  }

  @Override
  public void close() {
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(SECONDS_MAX, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
