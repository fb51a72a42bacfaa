package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockId;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.fixtures.Await;
import dev.windlass.fixtures.Opened;
import dev.windlass.p2p.rpc.RpcPeers;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.jsonrpc.RpcClients;
import dev.windlass.wire.jsonrpc.RpcNode;
import dev.windlass.wire.jsonrpc.RpcNode.Refusal;
import dev.windlass.wire.jsonrpc.RpcUrl;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A sync from a JSON-RPC node that imposes each limit of the table in operations.md for a while. No
 * limit is taken for malice, and no block is lost or fetched twice.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RpcLimitsTest {
  private static final ChainMaker CHAIN = ChainMaker.of(5, 900, Shape.SIGNED);
  private static final Duration LOOK = Duration.ofMillis(100);

  /** How often a limit is met before it ends. The greeting comes before. */
  private static final int REFUSED = 3;

  private final MemoryBlockStore store = new MemoryBlockStore(CHAIN.block(0));
  @RegisterExtension private final Opened opened = new Opened();
  private final StoredChain stored = new StoredChain(store);
  private Node node;

  private RpcNode serving(ChainMaker chain) {
    return opened.with(new RpcNode(chain));
  }

  private void start(RpcNode... peers) {
    DownloaderLimits limits = QuickLimits.of(DownloaderLimits.DEFAULT);
    node = opened.with(Node.start(store, NodeSetup.of(limits)));
    RpcClients clients = new RpcClients(node.vertx(), OptionalInt.empty(), node.rpc()::rateLimited);
    RpcPeers connections =
        opened.with(
            new RpcPeers(
                clients, node.downloader(), node.peers(), stored, LOOK, node::heardOfHead));
    connections.connect(List.of(peers).stream().map(peer -> RpcUrl.parse(peer.url())).toList());
  }

  private void awaitAll() {
    BlockId head = CHAIN.head();
    Await.condition(
        () -> "tip " + stored.head() + ", " + node.peers().entries(),
        () -> stored.head().equals(head));
    assertEquals(List.of(), store.gaps());
    assertEquals(0, node.progress().counters().refetched());
    assertEquals(0, node.progress().counters().peersBanned());
    node.progress().peers().forEach(peer -> assertEquals(0, peer.score(), peer::toString));
  }

  private static String error(int code) {
    return "{\"jsonrpc\":\"2.0\",\"id\":0,\"error\":{\"code\":" + code + ",\"message\":\"limit\"}}";
  }

  private static Refusal refusal(String kind, int code) {
    return switch (kind) {
      case "status" -> new Refusal(code, "", "");
      case "later" -> new Refusal(code, "1", "slow down");
      case "batch" -> new Refusal(200, "", error(code).replace("\"id\":0", "\"id\":null"));
      default -> new Refusal(200, "", "[" + error(code) + "]");
    };
  }

  @ParameterizedTest
  @CsvSource({
    "status, 429, true",
    "later, 429, true",
    "item, 429, true",
    "batch, 429, true",
    "batch, -32005, true",
    "item, -32005, true",
    "status, 503, true",
    "later, 503, true",
    "status, 413, false",
    "batch, -32600, false",
    "item, -32003, false",
    "batch, -32002, false"
  })
  void shouldPassEachLimit(String kind, int code, boolean isOfRate) {
    AtomicInteger asked = new AtomicInteger();
    RpcNode from =
        serving(CHAIN)
            .refuse(
                () -> {
                  int request = asked.incrementAndGet();
                  boolean isMet = request > 1 && request <= 1 + REFUSED;
                  return isMet ? Optional.of(refusal(kind, code)) : Optional.empty();
                });
    start(from);
    awaitAll();
    assertTrue(asked.get() > 1 + REFUSED, asked::toString);
    assertEquals(isOfRate, node.rpc().rateLimits() > 0);
  }

  @Test
  void shouldFindTheLargestBatchThatANodeTakes() {
    RpcNode from =
        serving(CHAIN)
            .limit(size -> size > 20 ? Optional.of(refusal("batch", -32600)) : Optional.empty());
    start(from);
    awaitAll();
    assertTrue(from.batches().stream().allMatch(size -> size <= 20), from.batches()::toString);
    assertTrue(from.batches().contains(16), from.batches()::toString);
  }

  /** A quota lasts for a day, so the node is left alone meanwhile. */
  @Test
  void shouldSyncFromAnotherNodeWhileAQuotaIsUsedUp() {
    AtomicInteger asked = new AtomicInteger();
    RpcNode empty =
        serving(CHAIN)
            .refuse(
                () ->
                    asked.incrementAndGet() > 1
                        ? Optional.of(refusal("status", 402))
                        : Optional.empty());
    start(empty, serving(CHAIN));
    awaitAll();
    assertTrue(asked.get() <= 6, asked + " requests after the quota was used up");
  }

  @Test
  void shouldTakeWhatANodeHasDroppedFromAnother() {
    RpcNode pruned = serving(CHAIN).dropBelow(400);
    start(pruned, serving(CHAIN));
    awaitAll();
  }
}
