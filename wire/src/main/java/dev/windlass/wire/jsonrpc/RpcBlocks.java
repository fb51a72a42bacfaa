package dev.windlass.wire.jsonrpc;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.wire.devp2p.RemoteText;
import dev.windlass.wire.devp2p.Workers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;

/**
 * The blocks of a JSON-RPC node as raw bytes, asked for as bytes or rebuilt from JSON. A block that
 * cannot be rebuilt counts as missing, if the node does not give its bytes.
 *
 * <p>Any thread may call it. Its futures complete on any thread, and fail with a {@link
 * RpcFailure}.
 */
public final class RpcBlocks {
  private static final int CLIENT_MAX = 256;

  private final Vertx vertx;
  private final RpcTransport transport;
  private final RpcQueue queue;
  private final Observer observer;
  private final QuickMethods quick;
  private final RpcHeaders headers;
  private final RpcBodies bodies;

  /** Observes the node. Its methods are called on any thread. */
  public interface Observer {
    /** The node has imposed a limit, and is asked less. */
    void onLimit(RpcFailure limit);

    /** A block cannot be rebuilt from its JSON, and the node does not give its bytes. */
    default void onUnknown(String what) {}

    /**
     * Blocks of neighbouring numbers are not linked. A reorg may have come between the calls, but
     * some test nodes have such chains.
     */
    default void onUnlinked(String what) {}

    /** The node has a new head. */
    default void onHead(Head head) {}

    /** A WebSocket is over. Called once. */
    default void onEnd(String reason) {}
  }

  /**
   * Connects at the first question.
   *
   * @param rate of the calls to this node
   * @param onBytes hears how many bytes have come, at each part of an answer
   * @param onRateLimit called each time that the node refuses a batch because of its rate or quota
   */
  RpcBlocks(
      Vertx vertx,
      RpcUrl url,
      CallRate rate,
      Observer observer,
      LongConsumer onBytes,
      Runnable onRateLimit) {
    this.vertx = vertx;
    this.observer = observer;
    transport =
        url.isWebSocket()
            ? new RpcSocket(vertx, url, onBytes, new SocketEvents())
            : new RpcHttp(vertx, url, onBytes);
    queue =
        new RpcQueue(
            vertx,
            rate,
            transport::batch,
            limit -> {
              if (limit.kind() != RpcFailure.Kind.TOO_LARGE) {
                onRateLimit.run();
              }
              observer.onLimit(limit);
            });
    RawBytes raws = new RawBytes(vertx, queue);
    quick = new QuickMethods(queue);
    headers = new RpcHeaders(vertx, queue, quick, raws, observer);
    bodies = new RpcBodies(vertx, queue, quick, raws, observer);
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
   * @param head empty if the node has no block with this tag yet
   * @param root the block at the number that was asked for, if the node has it
   */
  public record Greeting(String client, Optional<Head> head, Optional<Head> root) {
    public Greeting {
      Objects.requireNonNull(client);
      Objects.requireNonNull(head);
      Objects.requireNonNull(root);
    }

    /** Why the node is not on the chain that begins with this block. Empty if it may be. */
    public Optional<String> objection(BlockId begin) {
      return root.filter(block -> !block.hash().equals(begin.hash()))
          .map(
              block ->
                  String.format(
                      "its block %d is %s, and the store begins with %s",
                      begin.number(), block.hash(), begin.hash()));
    }
  }

  /** Asks the node for its name, its newest block and the block at a number. */
  public Future<Greeting> greet(long rootNumber) {
    List<RpcCall> calls =
        List.of(
            RpcCall.of("web3_clientVersion"),
            RpcCall.blockByTag("latest"),
            RpcCall.blockByNumber(rootNumber));
    return queue.ask(calls).compose(answers -> work(() -> greeting(answers)));
  }

  private static Greeting greeting(List<RpcAnswer> answers) throws RpcFailure {
    RpcAnswer head = answers.get(1);
    if (head.isError()) {
      throw new RpcFailure(
          RpcFailure.Kind.BROKEN, "it answers eth_getBlockByNumber with the error " + head.said());
    }
    String client =
        answers.get(0).result() instanceof String name ? RemoteText.shown(name, CLIENT_MAX) : "";
    return new Greeting(client, named(head), named(answers.get(2)));
  }

  /**
   * Finds out which methods the node has that it answers quicker than those of the specification.
   * Without it only those are called. It never fails.
   *
   * @param number of a block that it has
   */
  public Future<Void> findQuickMethods(long number) {
    return quick.probe(number);
  }

  /** The block 0 of the node, and its chain id. */
  public Future<RpcGenesis> genesis() {
    return RpcGenesis.ask(vertx, queue, headers, bodies);
  }

  /** The block that the node gives for {@code latest}, {@code safe} or {@code finalized}. */
  public Future<Optional<Head>> head(String tag) {
    return queue
        .ask(List.of(RpcCall.blockByTag(tag)))
        .compose(answers -> work(() -> named(answers.get(0))));
  }

  /** The block of the node's chain at a number. Empty if it does not give one. */
  public Future<Optional<Head>> block(long number) {
    return queue
        .ask(List.of(RpcCall.blockByNumber(number)))
        .compose(answers -> work(() -> named(answers.get(0))));
  }

  /** Hash and number as the node gives them. Only a walk proves them. */
  static Optional<Head> named(RpcAnswer answer) throws RpcFailure {
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

  /** The raw headers that answer a query, newest first, as many as the node has in one chain. */
  public Future<List<byte[]>> headers(HeaderQuery query) {
    return headers.ask(query);
  }

  /** The raw bodies of these headers, in their order. An empty item stands for a missing one. */
  public Future<List<byte[]>> bodies(List<BlockHeader> of) {
    return bodies.ask(of);
  }

  private <T> Future<T> work(Callable<T> work) {
    return Workers.run(vertx, work);
  }

  /** Fails what waits, and closes the connections. */
  public Future<Void> close() {
    // A closed client throws if a batch is sent through it.
    return queue.close().compose(done -> transport.close());
  }
}
