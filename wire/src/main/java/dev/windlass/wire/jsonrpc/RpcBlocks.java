package dev.windlass.wire.jsonrpc;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.wire.devp2p.RemoteText;
import dev.windlass.wire.devp2p.Workers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;

/**
 * The blocks of a JSON-RPC node as raw bytes, rebuilt from JSON. A block that cannot be rebuilt is
 * asked for as bytes, if the node offers the {@code debug} methods. Otherwise it counts as missing.
 *
 * <p>Any thread may call it. Its futures complete on any thread, and fail with a {@link
 * RpcFailure}.
 */
public final class RpcBlocks {
  /** Stands for a block that the node does not have. */
  private static final byte[] MISSING = {(byte) 0xc0};

  private static final int CLIENT_MAX = 256;

  private static final HexFormat HEX = HexFormat.of();

  /** The protocol allows 2. Some test chains have more. */
  private static final int UNCLES_MAX = 16;

  private final Vertx vertx;
  private final RpcTransport transport;
  private final RpcQueue queue;
  private final Observer observer;

  /** Whether the node offers the debug methods. It is asked until it says no. */
  private volatile boolean offersRaw = true;

  /** Observes the node. Its methods are called on any thread. */
  public interface Observer {
    /** The node has imposed a limit, and is asked less. */
    void onLimit(RpcFailure limit);

    /** A block cannot be rebuilt from its JSON, and the node does not give its bytes. */
    void onUnknown(String what);

    /**
     * Blocks of neighbouring numbers are not linked. A reorg may have come between the calls, but
     * some test nodes have such chains.
     */
    void onUnlinked(String what);

    /** The node has a new head. */
    default void onHead(Head head) {}

    /** A WebSocket is over. Called once. */
    default void onEnd(String reason) {}
  }

  /**
   * Connects at the first question.
   *
   * @param onBytes hears how many bytes have come, at each part of an answer
   */
  public RpcBlocks(Vertx vertx, RpcUrl url, Observer observer, LongConsumer onBytes) {
    this.vertx = vertx;
    this.observer = observer;
    transport =
        url.isWebSocket()
            ? new RpcSocket(vertx, url, onBytes, new SocketEvents())
            : new RpcHttp(vertx, url, onBytes);
    queue = new RpcQueue(vertx, transport::batch, observer::onLimit);
  }

  /** Passes on what a WebSocket brings besides answers. */
  private final class SocketEvents implements RpcSocket.Observer {
    @Override
    public void onHead(Head head) {
      observer.onHead(head);
    }

    @Override
    public void onEnd(String reason) {
      observer.onEnd(reason);
    }
  }

  /** Asks the node to report each new head. Over HTTP it cannot. */
  public Future<Void> subscribe() {
    return queue
        .ask(List.of(RpcCall.of("eth_subscribe", "newHeads")))
        .compose(
            answers -> {
              RpcAnswer answer = answers.get(0);
              return answer.isError()
                  ? Future.failedFuture(
                      new RpcFailure(
                          RpcFailure.Kind.REFUSED, "it refuses eth_subscribe: " + answer.said()))
                  : Future.succeededFuture();
            });
  }

  /**
   * What the node says of itself.
   *
   * @param client as it names itself. Empty if it does not
   * @param chainId -1 if it does not say
   * @param head empty if the node has no block with this tag yet
   * @param root the block at the number that was asked for, if the node has it
   */
  public record Greeting(String client, long chainId, Optional<Head> head, Optional<Head> root) {
    public Greeting {
      Objects.requireNonNull(client);
      Objects.requireNonNull(head);
      Objects.requireNonNull(root);
    }
  }

  /** Asks the node for its name, its chain, its newest block and the block at a number. */
  public Future<Greeting> greet(long rootNumber) {
    List<RpcCall> calls =
        List.of(
            RpcCall.of("web3_clientVersion"),
            RpcCall.of("eth_chainId"),
            RpcCall.blockByTag("latest"),
            RpcCall.blockByNumber(rootNumber));
    return queue.ask(calls).compose(answers -> work(() -> greeting(answers)));
  }

  private Greeting greeting(List<RpcAnswer> answers) throws RpcFailure {
    if (answers.get(2).isError()) {
      throw new RpcFailure(
          RpcFailure.Kind.BROKEN,
          "it answers eth_getBlockByNumber with the error " + answers.get(2).said());
    }
    Object client = answers.get(0).result();
    Object chainId = answers.get(1).result();
    return new Greeting(
        client instanceof String name ? RemoteText.shown(name, CLIENT_MAX) : "",
        chainId instanceof String hex && hex.matches("0x[0-9a-fA-F]{1,15}")
            ? Long.parseLong(hex.substring(2), 16)
            : -1,
        named(answers.get(2)),
        named(answers.get(3)));
  }

  /** The block that the node gives for {@code latest}, {@code safe} or {@code finalized}. */
  public Future<Optional<Head>> head(String tag) {
    return queue
        .ask(List.of(RpcCall.blockByTag(tag)))
        .compose(answers -> work(() -> named(answers.get(0))));
  }

  /** Hash and number as the node gives them. Only a walk proves them. */
  private static Optional<Head> named(RpcAnswer answer) throws RpcFailure {
    if (answer.result() == null) {
      return Optional.empty();
    }
    try {
      JsonFields block = JsonFields.of(answer.result(), "its block");
      return Optional.of(Head.of(block.hash("hash"), block.number("number")));
    } catch (BlockJsonException e) {
      throw new RpcFailure(RpcFailure.Kind.BROKEN, e.getMessage());
    }
  }

  private static Optional<BlockHeader> header(RpcAnswer answer) throws RpcFailure {
    if (answer.result() == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(HeaderJson.header(JsonFields.of(answer.result(), "its block")));
    } catch (BlockJsonException e) {
      throw new RpcFailure(RpcFailure.Kind.BROKEN, e.getMessage());
    }
  }

  /** The raw headers that answer a query, newest first, as many as the node has in one chain. */
  public Future<List<byte[]>> headers(HeaderQuery query) {
    if (!query.isByHash()) {
      return run(query, List.of(), query.fromNumber());
    }
    if (query.fromNumber() >= 0 || query.count() == 1) {
      return run(query, List.of(RpcCall.blockByHash(query.from())), query.fromNumber() - 1);
    }
    return queue
        .ask(List.of(RpcCall.blockByHash(query.from())))
        .compose(answers -> work(() -> header(answers.get(0))))
        .compose(
            first ->
                first.isEmpty()
                    ? Future.succeededFuture(List.of())
                    : run(
                        query,
                        List.of(RpcCall.blockByHash(query.from())),
                        first.get().number() - 1));
  }

  /**
   * Asks for headers.
   *
   * @param first calls by hash
   * @param from the number of the next header
   */
  private Future<List<byte[]>> run(HeaderQuery query, List<RpcCall> first, long from) {
    List<RpcCall> calls = new ArrayList<>(first);
    for (long number = from; number >= 0 && calls.size() < query.count(); number--) {
      calls.add(RpcCall.blockByNumber(number));
    }
    return queue.ask(calls).compose(answers -> work(() -> linked(answers))).compose(this::raws);
  }

  /** A header, or the reason why it cannot be rebuilt. */
  private record Rebuilt(BlockHeader header, Hash parent, Hash said, String unknown) {
    boolean isUnknown() {
      return header == null && said != null;
    }
  }

  /** The first headers of an answer that are linked. */
  private List<Rebuilt> linked(List<RpcAnswer> answers) {
    List<Rebuilt> rebuilt = new ArrayList<>(answers.size());
    Rebuilt child = null;
    for (RpcAnswer answer : answers) {
      if (answer.result() == null) {
        break;
      }
      Rebuilt next = rebuild(answer.result());
      if (child != null && next.said != null && !next.said.equals(child.parent)) {
        observer.onUnlinked(
            "block " + child.said + " names the parent " + child.parent + ", not " + next.said);
        break;
      }
      rebuilt.add(next);
      child = next;
    }
    return rebuilt;
  }

  private static Rebuilt rebuild(Object json) {
    Hash said = null;
    Hash parent = null;
    try {
      JsonFields fields = JsonFields.of(json, "its block");
      said = fields.hash("hash");
      parent = fields.hash("parentHash");
      BlockHeader header = HeaderJson.header(fields);
      return new Rebuilt(header, parent, said, null);
    } catch (BlockJsonException e) {
      return new Rebuilt(null, parent, said, e.getMessage());
    }
  }

  /** Fetches the bytes of the headers that could not be rebuilt, and ends before one without. */
  private Future<List<byte[]>> raws(List<Rebuilt> rebuilt) {
    List<RpcCall> calls = new ArrayList<>();
    for (Rebuilt one : rebuilt) {
      if (one.isUnknown()) {
        calls.add(RpcCall.of("debug_getRawHeader", one.said.toString()));
      }
    }
    return asBytes(calls)
        .map(
            bytes -> {
              List<byte[]> raws = new ArrayList<>();
              int next = 0;
              for (Rebuilt one : rebuilt) {
                byte[] raw = one.header == null ? null : one.header.raw();
                if (one.isUnknown() && !bytes.isEmpty()) {
                  raw = bytes.get(next++);
                }
                if (raw == null) {
                  observer.onUnknown(one.unknown);
                  break;
                }
                raws.add(raw);
              }
              return raws;
            });
  }

  /** The bytes that debug methods give, null for each that the node does not give. */
  private Future<List<byte[]>> asBytes(List<RpcCall> calls) {
    if (calls.isEmpty() || !offersRaw) {
      return Future.succeededFuture(List.of());
    }
    return queue
        .ask(calls)
        .map(
            answers -> {
              offersRaw = answers.stream().noneMatch(a -> a.code() == RpcAnswer.NO_SUCH_METHOD);
              List<byte[]> bytes = new ArrayList<>();
              answers.forEach(answer -> bytes.add(bytes(answer)));
              return bytes;
            });
  }

  private static byte[] bytes(RpcAnswer answer) {
    if (!(answer.result() instanceof String hex) || !hex.startsWith("0x")) {
      return null;
    }
    try {
      return HEX.parseHex(hex.substring(2));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** The raw bodies of these headers, in their order. An empty item stands for a missing one. */
  public Future<List<byte[]>> bodies(List<BlockHeader> headers) {
    List<RpcCall> calls = headers.stream().map(h -> RpcCall.wholeBlock(h.hash())).toList();
    return queue
        .ask(calls)
        .compose(
            answers ->
                uncles(headers, answers)
                    .compose(uncles -> work(() -> bodies(headers, answers, uncles))))
        .compose(this::wholeOrRaw);
  }

  /** The uncles of the blocks, one block after the other. */
  private Future<List<RpcAnswer>> uncles(List<BlockHeader> headers, List<RpcAnswer> answers) {
    List<RpcCall> calls = new ArrayList<>();
    for (int i = 0; i < headers.size(); i++) {
      for (int index = 0; index < uncleCount(headers.get(i), answers.get(i)); index++) {
        calls.add(RpcCall.uncle(headers.get(i).hash(), index));
      }
    }
    return calls.isEmpty() ? Future.succeededFuture(List.of()) : queue.ask(calls);
  }

  private static int uncleCount(BlockHeader header, RpcAnswer answer) {
    if (!header.hasUncles() || answer.result() == null) {
      return 0;
    }
    try {
      return Math.min(
          UNCLES_MAX, JsonFields.of(answer.result(), "its block").list("uncles").size());
    } catch (BlockJsonException e) {
      return 0;
    }
  }

  /** A body, or the reason why it cannot be rebuilt. */
  private static final class RebuiltBody {
    private final BlockHeader header;

    /** Null if there is none. */
    private final byte[] raw;

    /** Empty if the node does not have the body. */
    private final String unknown;

    RebuiltBody(BlockHeader header, byte[] raw, String unknown) {
      this.header = header;
      this.raw = raw;
      this.unknown = unknown;
    }

    boolean isUnknown() {
      return raw == null && !unknown.isEmpty();
    }
  }

  private static List<RebuiltBody> bodies(
      List<BlockHeader> headers, List<RpcAnswer> answers, List<RpcAnswer> uncles) {
    List<RebuiltBody> bodies = new ArrayList<>(headers.size());
    int next = 0;
    for (int i = 0; i < headers.size(); i++) {
      BlockHeader header = headers.get(i);
      int count = uncleCount(header, answers.get(i));
      bodies.add(body(header, answers.get(i), uncles.subList(next, next + count)));
      next += count;
    }
    return bodies;
  }

  private static RebuiltBody body(BlockHeader header, RpcAnswer answer, List<RpcAnswer> uncles) {
    if (answer.result() == null) {
      return new RebuiltBody(header, null, "");
    }
    String name = "block " + header.number();
    try {
      List<BlockHeader> rebuilt = new ArrayList<>();
      for (RpcAnswer uncle : uncles) {
        rebuilt.add(HeaderJson.header(JsonFields.of(uncle.result(), "an uncle of " + name)));
      }
      byte[] raw = BodyJson.body(JsonFields.of(answer.result(), name), rebuilt);
      return new RebuiltBody(header, raw, "");
    } catch (BlockJsonException e) {
      return new RebuiltBody(header, null, name + ": " + e.getMessage());
    }
  }

  private Future<List<byte[]>> wholeOrRaw(List<RebuiltBody> bodies) {
    List<RpcCall> calls =
        bodies.stream()
            .filter(RebuiltBody::isUnknown)
            .map(body -> RpcCall.of("debug_getRawBlock", body.header.hash().toString()))
            .toList();
    return asBytes(calls)
        .map(
            blocks -> {
              List<byte[]> raws = new ArrayList<>(bodies.size());
              int next = 0;
              for (RebuiltBody body : bodies) {
                byte[] raw = body.raw;
                if (body.isUnknown()) {
                  byte[] block = blocks.isEmpty() ? null : blocks.get(next++);
                  raw = block == null ? null : RawBlock.body(block).orElse(null);
                }
                if (raw == null && !body.unknown.isEmpty()) {
                  observer.onUnknown(body.unknown);
                }
                raws.add(raw == null ? MISSING : raw);
              }
              return raws;
            });
  }

  private <T> Future<T> work(Callable<T> work) {
    return Workers.run(vertx, work);
  }

  /** Fails what waits, and closes the connections. */
  public Future<Void> close() {
    queue.close();
    return transport.close();
  }
}
