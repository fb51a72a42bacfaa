package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlock;
import dev.windlass.chain.exchange.ListedChain;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.fixtures.Await;
import dev.windlass.fixtures.Opened;
import dev.windlass.p2p.rpc.HeadSource;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node whose peers and sources of heads answer JSON-RPC, over real sockets. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RpcSyncTest {
  private static final ChainMaker CHAIN = ChainMaker.of(5, 900, Shape.SIGNED);
  private static final long SECONDS_MAX = 30;

  /** Chooses among the heads of its peers at once. */
  private static final DownloaderLimits FOLLOWING =
      DownloaderLimits.DEFAULT.with(limits -> limits.forcedCycleNanos = 100_000_000L);

  private static final Duration LOOK = Duration.ofMillis(100);

  private final MemoryBlockStore store = new MemoryBlockStore(CHAIN.block(0));
  @RegisterExtension private final Opened opened = new Opened();
  private final StoredChain stored = new StoredChain(store);
  private final AtomicLong nanos = new AtomicLong();
  private OptionalInt rateMax = OptionalInt.empty();
  private final SourcedHeads heads = new SourcedHeads(nanos::get);

  private Node node(DownloaderLimits limits) {
    Node node = opened.with(Node.start(store, NodeSetup.of(limits).with(heads)));
    heads.announceTo(node);
    return node;
  }

  private RpcClients clients(Node node) {
    return new RpcClients(node.vertx(), rateMax, node.rpc()::rateLimited);
  }

  private void connect(Node node, String... urls) {
    RpcPeers peers =
        opened.with(
            new RpcPeers(
                clients(node), node.downloader(), node.peers(), stored, LOOK, node::heardOfHead));
    peers.connect(List.of(urls).stream().map(RpcUrl::parse).toList());
  }

  private void follow(Node node, String url, HeadSource.Tag tag) {
    follow(node, 1, tag, url);
  }

  private void follow(Node node, int quorum, HeadSource.Tag tag, String... urls) {
    List<RpcUrl> all = List.of(urls).stream().map(RpcUrl::parse).toList();
    NodeConfig.Heads config = new NodeConfig.Heads(all, tag, quorum);
    HeadSources sources = opened.with(new HeadSources(config, heads, node.rpc(), nanos::get));
    sources.connect(clients(node), stored, LOOK);
  }

  private RpcNode serving(ServedChain chain) {
    return opened.with(new RpcNode(chain));
  }

  private static void await(BooleanSupplier condition, Supplier<String> what) {
    Await.condition(what, Duration.ofSeconds(SECONDS_MAX), condition);
  }

  private void awaitTip(BlockId tip) {
    await(() -> stored.head().equals(tip), () -> "tip " + stored.head() + ", not " + tip);
  }

  private static void awaitPeers(Node node, int count) {
    await(() -> node.progress().peers().size() == count, () -> node.progress().peers() + "");
  }

  @Test
  void shouldSyncTheHeadThatAPeerClaims() throws Exception {
    Node node = node(FOLLOWING);
    connect(node, serving(CHAIN).url());
    awaitTip(CHAIN.head());
    assertEquals(0, node.progress().counters().refetched());
  }

  @Test
  void shouldSyncTheFinalizedHeadOfASourceAndNoMore() throws Exception {
    RpcNode from = serving(CHAIN).tags(Map.of("finalized", 700L));
    Node node = node(DownloaderLimits.DEFAULT.withoutPeersHeads());
    connect(node, from.url());
    follow(node, from.url(), HeadSource.Tag.FINALIZED);
    awaitTip(new BlockId(700, CHAIN.hashAt(700)));
    from.tags(Map.of("finalized", 800L));
    awaitTip(new BlockId(800, CHAIN.hashAt(800)));
  }

  @Test
  void shouldFollowTheNewestHeadThroughReorgsAndCutSockets() throws Exception {
    RpcNode from = serving(CHAIN.upTo(100));
    Node node = node(DownloaderLimits.DEFAULT.withoutPeersHeads());
    connect(node, from.url());
    follow(node, from.webSocketUrl(), HeadSource.Tag.LATEST);
    awaitTip(new BlockId(100, CHAIN.hashAt(100)));
    for (int head = 101; head <= 120; head++) {
      ChainMaker next = head % 7 == 0 ? CHAIN.forkAt(head - 6, 99 + head, 6) : CHAIN.upTo(head);
      await(() -> from.subscribers() == 1, () -> from.subscribers() + " subscribers");
      from.serve(next);
      from.announce();
      awaitTip(next.head());
      if (head % 6 == 0) {
        from.cut();
      }
    }
    assertEquals(0, node.progress().counters().peersBanned());
  }

  /** As after evm_revert of anvil and ganache, which report nothing. */
  @Test
  void shouldSeeAReorgThatIsNotReported() throws Exception {
    RpcNode from = serving(CHAIN.upTo(100));
    Node node = node(DownloaderLimits.DEFAULT.withoutPeersHeads());
    connect(node, from.url());
    follow(node, from.webSocketUrl(), HeadSource.Tag.LATEST);
    awaitTip(new BlockId(100, CHAIN.hashAt(100)));
    ChainMaker other = CHAIN.forkAt(90, 7, 12);
    from.serve(other);
    awaitTip(other.head());
  }

  @Test
  void shouldPassALimitOfTheRateWithoutBlame() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    Refusal refusal = new Refusal(429, "1", "");
    RpcNode from =
        serving(CHAIN)
            .refuse(
                () -> asked.incrementAndGet() % 20 == 10 ? Optional.of(refusal) : Optional.empty());
    Node node = node(FOLLOWING);
    connect(node, from.url());
    awaitTip(CHAIN.head());
    assertEquals(0, node.progress().counters().peersBanned());
    assertTrue(node.rpc().rateLimits() > 0);
  }

  @Test
  void shouldSendNoBatchThatExceedsTheRate() throws Exception {
    rateMax = OptionalInt.of(300);
    RpcNode from = serving(CHAIN);
    Node node = node(FOLLOWING);
    connect(node, from.url());
    awaitTip(CHAIN.head());
    assertTrue(from.batches().stream().allMatch(size -> size <= 300), from.batches()::toString);
    assertEquals(0, node.progress().counters().peersBanned());
    assertEquals(0, node.rpc().rateLimits());
  }

  @Test
  void shouldBanAPeerThatServesOtherBodiesAndSyncFromAnother() throws Exception {
    RpcNode liar =
        serving(CHAIN)
            .twist(
                (method, block) -> {
                  if (block.containsKey("transactions")) {
                    block.getJsonArray("transactions").clear();
                  }
                  return block;
                });
    Node node = node(DownloaderLimits.DEFAULT.withoutPeersHeads());
    LogTap log = opened.with(new LogTap());
    connect(node, liar.url());
    node.sync(CHAIN.head()).exceptionally(failure -> null);
    String ban = log.await("WARN Peer banned", "evidence=");
    assertTrue(ban.contains("transactions-root differs from block"), ban);
    await(() -> node.progress().counters().peersBanned() == 1, () -> "no ban");
    connect(node, serving(CHAIN).url());
    awaitTip(CHAIN.head());
  }

  @Test
  void shouldRefuseAPeerOfAnotherChain() throws Exception {
    Node node = node(FOLLOWING);
    ChainMaker other = ChainMaker.of(1L << 40, 10, Shape.SIGNED);
    connect(node, serving(other).url());
    String reason =
        String.format(
            "its block 0 is %s, and the store begins with %s",
            other.hashAt(0), CHAIN.genesis().hash());
    await(
        () ->
            node.peers().entries().values().stream().anyMatch(peer -> peer.reason().equals(reason)),
        () -> node.peers().entries().toString());
  }

  @Test
  void shouldRefuseASourceOfHeadsOfAnotherChain() throws Exception {
    ChainMaker other = ChainMaker.of(1L << 40, 10, Shape.SIGNED);
    Node node = node(DownloaderLimits.DEFAULT.withoutPeersHeads());
    LogTap log = opened.with(new LogTap());
    follow(node, serving(other).url(), HeadSource.Tag.LATEST);
    log.await(
        "Head source refused",
        String.format(
            "its block 0 is %s, and the store begins with %s",
            other.hashAt(0), CHAIN.genesis().hash()));
    assertEquals(List.of(), node.heads().wanted());
  }

  /** As after anvil_rollback. */
  @Test
  void shouldKeepTheBlocksAboveAHeadThatGoesBackUntilAnotherBranchComes() throws Exception {
    RpcNode from = serving(CHAIN.upTo(100));
    Node node = node(DownloaderLimits.DEFAULT.withoutPeersHeads());
    LogTap log = opened.with(new LogTap());
    connect(node, from.url());
    follow(node, from.webSocketUrl(), HeadSource.Tag.LATEST);
    awaitTip(new BlockId(100, CHAIN.hashAt(100)));
    from.serve(CHAIN.upTo(90));
    log.await("INFO Head of the source went back", "Count[value=90]", "Count[value=100]");
    assertEquals(new BlockId(100, CHAIN.hashAt(100)), stored.head());
    ChainMaker other = CHAIN.forkAt(90, 7, 1);
    from.serve(other);
    from.announce();
    awaitTip(other.head());
    from.serve(CHAIN.upTo(80));
    log.await("DEBUG Head of the source went back", "Count[value=80]", "Count[value=91]");
  }

  /** As hardhat_mine of eight blocks and more makes them. */
  private static ListedChain withoutParentsFrom(int number, int count, int above) {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      blocks.add(CHAIN.block(i));
    }
    for (int i = 0; i < count; i++) {
      blocks.add(new TestBlock().number(number + i).parent(Hash.ZERO).branch(i).block());
    }
    for (int i = 0; i < above; i++) {
      blocks.add(TestBlock.after(blocks.get(blocks.size() - 1)).block());
    }
    return new ListedChain(blocks);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldRefuseOnceAndBlameNoPeerForAChainThatDoesNotLink(boolean hasSource) throws Exception {
    RpcNode from = serving(withoutParentsFrom(20, 6, 1));
    Node node = node(hasSource ? FOLLOWING.withoutPeersHeads() : FOLLOWING);
    LogTap log = opened.with(new LogTap());
    connect(node, from.url());
    if (hasSource) {
      follow(node, from.url(), HeadSource.Tag.LATEST);
    }
    log.await("INFO Peer's chain does not link", "names no parent");
    log.await("WARN Sync failed", "comes down to block 25 without a parent");
    if (hasSource) {
      log.await("WARN Head refused", "its chain is wrong");
      ListedChain more = withoutParentsFrom(20, 6, 2);
      from.serve(more);
      log.await("DEBUG Sync failed", more.head().hash().toString(), "block 25 without a parent");
      log.await("DEBUG Head refused", more.head().hash().toString());
    }
    from.serve(CHAIN.upTo(40));
    awaitTip(new BlockId(40, CHAIN.hashAt(40)));
    assertEquals(0, log.count("INFO Peer's chain does not link"));
    assertEquals(0, log.count("WARN Sync failed"));
    assertEquals(0, node.progress().counters().peersBanned());
  }

  @Test
  void shouldConnectAgainAfterThePeerWasGone() throws Exception {
    RpcNode from = serving(CHAIN.upTo(100));
    Node node = node(DownloaderLimits.DEFAULT.withoutPeersHeads());
    connect(node, from.url());
    awaitPeers(node, 1);
    from.refuse(() -> Optional.of(new Refusal(500, "", "")));
    awaitPeers(node, 0);
    from.refuse(Optional::empty);
    awaitPeers(node, 1);
    Hash head = CHAIN.hashAt(100);
    node.sync(new BlockId(100, head)).get(SECONDS_MAX, TimeUnit.SECONDS);
    assertTrue(stored.numberOf(head).isPresent());
  }
}
