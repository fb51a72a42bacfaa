package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockId;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several sources of heads, over real sockets. The peer serves the blocks of every branch. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HeadSourcesTest {
  private static final ChainMaker CHAIN = ChainMaker.of(5, 300, Shape.SIGNED);
  private static final Duration LOOK = Duration.ofMillis(50);

  @RegisterExtension private final Opened opened = new Opened();
  private final MemoryBlockStore store = new MemoryBlockStore(CHAIN.block(0));
  private final StoredChain stored = new StoredChain(store);
  private final AtomicLong nanos = new AtomicLong();

  /** By which a head fails. The sources go by the other clock. */
  private final AtomicLong failingNanos = new AtomicLong();

  private final SourcedHeads heads = new SourcedHeads(failingNanos::get);
  private Node node;
  private LogTap log;

  private RpcNode serving(ChainMaker chain) {
    return opened.with(new RpcNode(chain));
  }

  private void start(int quorum, RpcNode peer, RpcNode... sources) {
    NodeSetup setup =
        NodeSetup.of(QuickLimits.of(DownloaderLimits.DEFAULT).withoutPeersHeads()).with(heads);
    node = opened.with(Node.start(store, setup));
    log = opened.with(new LogTap());
    heads.announceTo(node);
    RpcClients clients = RpcClients.unlimited(node.vertx());
    RpcPeers peers =
        opened.with(
            new RpcPeers(
                clients, node.downloader(), node.peers(), stored, LOOK, node::heardOfHead));
    peers.connect(List.of(RpcUrl.parse(peer.url())));
    List<RpcUrl> urls = List.of(sources).stream().map(of -> RpcUrl.parse(of.url())).toList();
    NodeConfig.Heads config = new NodeConfig.Heads(urls, HeadSource.Tag.LATEST, quorum);
    HeadSources all = opened.with(new HeadSources(config, heads, node.rpc(), nanos::get));
    all.connect(clients, stored, LOOK);
  }

  private void awaitTip(BlockId tip) {
    Await.condition(() -> "tip " + stored.head() + ", not " + tip, () -> stored.head().equals(tip));
  }

  private RpcBoard.HeadsView shown() {
    return node.rpc().heads();
  }

  private static BlockId at(int number) {
    return new BlockId(number, CHAIN.hashAt(number));
  }

  @Test
  void shouldSyncTheHighestHeadThatTwoOfThreeSourcesHave() {
    RpcNode second = serving(CHAIN.upTo(120));
    start(2, serving(CHAIN), serving(CHAIN.upTo(200)), second, serving(CHAIN.upTo(50)));
    awaitTip(at(120));
    second.serve(CHAIN.upTo(250));
    awaitTip(at(200));
    assertEquals(Optional.of(CHAIN.hashAt(200)), shown().counted().map(head -> head.hash()));
    assertEquals(List.of(), shown().disagreements());
  }

  @Test
  void shouldShowADisagreementOnceAndItsEnd() throws Exception {
    ChainMaker fork = CHAIN.forkAt(100, 7, 30);
    RpcNode first = serving(CHAIN.upTo(110));
    RpcNode second = serving(fork.upTo(120));
    start(2, serving(CHAIN), first, second);
    String line = log.await("WARN Head sources disagree");
    for (String part :
        List.of(first.url(), second.url(), "" + CHAIN.hashAt(110), "" + fork.hashAt(110))) {
      assertTrue(line.contains(part), line);
    }
    Await.condition(() -> shown().toString(), () -> !shown().disagreements().isEmpty());
    RpcBoard.Disagreement shown = shown().disagreements().get(0);
    assertEquals(110, shown.number());
    assertEquals(CHAIN.hashAt(110), shown.firstHash());
    assertEquals(fork.hashAt(110), shown.secondHash());

    first.serve(CHAIN.upTo(115));
    Await.condition(
        () -> shown().toString(),
        () -> shown().sources().get(0).head().filter(head -> head.number() == 115).isPresent());
    assertEquals(Optional.empty(), shown().counted());
    assertEquals(0, stored.head().number());

    second.serve(CHAIN.upTo(112));
    awaitTip(at(112));
    log.await("Head sources disagree no more", "one has the head of the other in its chain");
    Await.condition(() -> shown().toString(), () -> shown().disagreements().isEmpty());
    assertEquals(1, node.rpc().disagreements());
  }

  @Test
  void shouldShowASourceThatIsNotReachedAndForgetItsHeadAfterSomeTime() throws Exception {
    RpcNode gone = serving(CHAIN.upTo(100));
    start(2, serving(CHAIN), gone, serving(CHAIN.upTo(100)));
    awaitTip(at(100));
    gone.refuse(() -> Optional.of(new Refusal(500, "", "")));
    Await.condition(() -> shown().toString(), () -> !shown().sources().get(0).isConnected());
    assertEquals("HTTP 500", shown().sources().get(0).reason());
    assertTrue(shown().sources().get(0).head().isPresent());
    nanos.addAndGet(SourcedHeads.AGE_NANOS_MAX);
    log.await("Head aged out", "its source has not named it for 10 minutes");
    Await.condition(() -> shown().toString(), () -> shown().counted().isEmpty());
  }

  @Test
  void shouldLeaveAHeadThatNoPeerServesForThatOfAnotherSource() throws Exception {
    ChainMaker unserved = CHAIN.forkAt(10, 7, 100);
    RpcNode wrong = serving(unserved);
    RpcNode right = serving(CHAIN.upTo(50)).refuse(() -> Optional.of(new Refusal(500, "", "")));
    start(1, serving(CHAIN), wrong, right);
    log.await("Sync failed", unserved.head().hash().toString());
    right.refuse(Optional::empty);
    log.await("WARN Head sources disagree");
    failingNanos.addAndGet(SourcedHeads.AGE_NANOS_MAX);
    log.await(
        "WARN Head aged out",
        "no peer has served a head of this source for 10 minutes",
        wrong.url());
    awaitTip(at(50));
    assertEquals(0, node.progress().counters().peersBanned());
  }
}
