package dev.windlass.bench;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.Question;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.DisconnectReason;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.RlpxDialer;
import dev.windlass.wire.devp2p.eth.EthSession;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.network.LocalChain;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Fetches all headers from a node with several requests in flight. It hashes and links the headers
 * of each answer, and stores nothing.
 */
final class BareClient implements EthSession.Handler {
  private static final int IN_FLIGHT = 4;
  private static final int HEADERS_MAX = 1_024;

  private final EthSession session;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final Map<Long, Question.Headers> asked = new ConcurrentHashMap<>();
  private long next;
  private long tickets;

  private BareClient(EthSession session, long from) {
    this.session = session;
    this.next = from;
  }

  /** The rate from the first question to the last answer. */
  static double headersPerSecond(WireBench.Remote remote, BlockId head) {
    Vertx vertx = Vertx.vertx();
    try {
      LocalNode local =
          LocalNode.of(NodeKey.random(new SecureRandom()), "bare", List.of(Capability.eth(69)), 0);
      LocalChain chain =
          new LocalChain(
              remote.network().id(),
              remote.network().genesis(),
              new StoredChain(new MemoryBlockStore(remote.genesis())),
              remote.network().forks(),
              block -> BigInteger.ZERO);
      CompletableFuture<EthSession> opened = new CompletableFuture<>();
      vertx.runOnContext(
          ignored ->
              new RlpxDialer(vertx, local)
                  .connect(remote.enode())
                  .compose(connection -> EthSession.open(vertx, connection, chain))
                  .onSuccess(opened::complete)
                  .onFailure(opened::completeExceptionally));
      BareClient client = new BareClient(opened.join(), head.number());
      client.session.start(client);
      long started = System.nanoTime();
      for (int i = 0; i < IN_FLIGHT; i++) {
        client.ask();
      }
      client.done.join();
      double seconds = (System.nanoTime() - started) / 1e9;
      client.session.close(DisconnectReason.REQUESTED);
      return head.number() / seconds;
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private synchronized void ask() {
    if (next >= 1) {
      int count = (int) Math.min(HEADERS_MAX, next);
      Question.Headers question = new Question.Headers(HeaderQuery.byNumber(next, count));
      next -= count;
      tickets++;
      asked.put(tickets, question);
      session.ask(tickets, question);
    } else if (asked.isEmpty()) {
      done.complete(null);
    }
  }

  @Override
  public void onAnswer(String label, long requestId, List<byte[]> items) {
    Question.Headers question = asked.get(requestId);
    Delivery<BlockHeader> delivery = question.judge(items);
    asked.remove(requestId);
    if (delivery.items().size() < question.size()) {
      done.completeExceptionally(new IllegalStateException("short: " + delivery.evidence()));
    }
    ask();
  }

  @Override
  public void onHead(Head head) {
    // The head is known already.
  }

  @Override
  public void onClosed(String reason) {
    done.completeExceptionally(new IllegalStateException(reason));
  }
}
