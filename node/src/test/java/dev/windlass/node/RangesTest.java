package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.store.Gap;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.Progress.WaitingReason;
import dev.windlass.fixtures.Await;
import dev.windlass.fixtures.Opened;
import dev.windlass.p2p.Connections;
import dev.windlass.p2p.rpc.RpcPeers;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.HonestNode;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.jsonrpc.RpcClients;
import dev.windlass.wire.jsonrpc.RpcNode;
import dev.windlass.wire.jsonrpc.RpcNode.Pruned;
import dev.windlass.wire.jsonrpc.RpcUrl;
import dev.windlass.wire.network.ForkSchedule;
import dev.windlass.wire.network.LocalChain;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that have only a part of the chain, over real sockets. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RangesTest {
  private static final ChainMaker CHAIN = ChainMaker.of(5, 900, Shape.SIGNED);
  private static final long HEAD = 900;
  private static final long CUT = 400;
  private static final ForkSchedule FORKS =
      new ForkSchedule(CHAIN.genesis().hash(), 0, List.of(), List.of());
  private static final LocalChain LOCAL =
      new LocalChain(7332, CHAIN.genesis().hash(), CHAIN, FORKS, head -> BigInteger.ONE);
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final String REMEDY = ": name an era mirror or an archive node";
  private static final Gap BELOW = new Gap(1, CHAIN.block(CUT - 1).id());

  private final MemoryBlockStore store = new MemoryBlockStore(CHAIN.block(0));
  private final StoredChain stored = new StoredChain(store);
  @RegisterExtension private final Opened opened = new Opened();
  private Node node;
  private Connections connections;

  private void start() {
    node = opened.with(Node.start(store, DownloaderLimits.DEFAULT.withoutPeersHeads()));
    LocalNode self =
        LocalNode.of(NodeKey.random(new SecureRandom()), "test", List.of(Capability.eth(69)), 0);
    LocalChain ours =
        new LocalChain(7332, CHAIN.genesis().hash(), stored, FORKS, head -> BigInteger.ONE);
    connections = opened.with(TestConnections.of(node, self, ours, store));
  }

  private RangedNode ranged(long lowestBody, long head) throws IOException {
    return opened.with(new RangedNode(LOCAL, CHAIN, lowestBody, head));
  }

  private void connect(RangedNode... nodes) {
    connections.connect(List.of(nodes).stream().map(RangedNode::enode).toList());
  }

  private void connectArchive() throws Exception {
    connections.connect(List.of(opened.with(new HonestNode(69, LOCAL)).enode()));
  }

  private void connect(RpcNode from) {
    RpcPeers peers =
        opened.with(
            new RpcPeers(
                RpcClients.unlimited(node.vertx()),
                node.downloader(),
                node.peers(),
                stored,
                LOOK,
                () -> {}));
    peers.connect(List.of(RpcUrl.parse(from.url())));
  }

  private void awaitPeers(int count) {
    Await.condition(
        () -> node.progress().peers().toString(), () -> node.progress().peers().size() == count);
  }

  private void sync(List<Gap> gaps) {
    node.sync(CHAIN.head()).exceptionally(failure -> null);
    awaitGaps(gaps);
  }

  private void awaitUnserved(String message) {
    Await.condition(
        () -> node.progress().unserved().toString(),
        () -> node.progress().unserved().map(Object::toString).orElse("").equals(message));
  }

  private void awaitGaps(List<Gap> gaps) {
    Await.condition(
        () -> store.tip() + " with " + store.gaps() + ", " + node.progress(),
        () -> store.tip().equals(CHAIN.head()) && store.gaps().equals(gaps));
    assertEquals(0, node.progress().counters().peersBanned());
    node.progress().peers().forEach(peer -> assertEquals(0, peer.score(), peer::toString));
  }

  @ParameterizedTest
  @ValueSource(longs = {200, 399, 400})
  void shouldJoinALowerAndAnUpperPart(long lowerHead) throws Exception {
    RangedNode lower = ranged(0, lowerHead);
    RangedNode upper = ranged(Math.min(lowerHead + 1, CUT), HEAD);
    start();
    connect(lower, upper);
    awaitPeers(2);
    sync(List.of());
    assertTrue(lower.askedBeyond() <= 1, () -> lower.bodiesAsked().toString());
    assertTrue(upper.askedBeyond() <= 1, () -> upper.bodiesAsked().toString());
  }

  @ParameterizedTest
  @ValueSource(longs = {CUT - 1, CUT + 100})
  void shouldJoinTheLowerPartOfANodeAndTheUpperPartOfAJsonRpcNode(long lowerHead) throws Exception {
    RangedNode lower = ranged(0, lowerHead);
    RpcNode upper = opened.with(new RpcNode(CHAIN)).dropBelow(CUT).reportOldest(CUT);
    start();
    connect(lower);
    connect(upper);
    awaitPeers(2);
    sync(List.of());
    assertTrue(lower.askedBeyond() <= 1, () -> lower.bodiesAsked().toString());
    assertTrue(upper.dropped() <= 1, () -> upper.dropped() + " calls for what it has dropped");
  }

  /** geth v1.17.8 after {@code import-history}. */
  @Test
  void shouldUseANodeThatAnnouncesOnlyTheGenesis() throws Exception {
    RangedNode from = ranged(0, HEAD).announces(0, 0);
    start();
    connect(from);
    awaitPeers(1);
    sync(List.of());
  }

  /** geth with era files below its cut. */
  @Test
  void shouldUseANodeThatServesBelowWhatItAnnounces() throws Exception {
    RangedNode from = ranged(0, HEAD).announces(CUT, HEAD);
    start();
    connect(from);
    awaitPeers(1);
    sync(List.of());
  }

  @Test
  void shouldTryANodeOutOnceBelowWhatItAnnounces() throws Exception {
    RangedNode from = ranged(CUT, HEAD);
    start();
    connect(from);
    awaitPeers(1);
    sync(List.of(BELOW));
    assertEquals(1, from.askedBeyond(), () -> from.bodiesAsked().toString());
    awaitUnserved("blocks 1 to 399 are not served by the only peer" + REMEDY);
    connect(ranged(CUT, HEAD));
    awaitPeers(2);
    awaitUnserved("blocks 1 to 399 are served by none of 2 peers" + REMEDY);
    assertEquals(1, from.askedBeyond(), () -> from.bodiesAsked().toString());
    connectArchive();
    awaitGaps(List.of());
    awaitUnserved("");
  }

  @Test
  void shouldFollowARangeThatShrinksAndGrows() throws Exception {
    RangedNode from = ranged(0, HEAD);
    start();
    connect(from);
    awaitPeers(1);
    from.move(CUT);
    Await.condition(() -> node.peers().entries().toString(), () -> earliest() == CUT);
    sync(List.of(BELOW));
    assertEquals(1, from.askedBeyond(), () -> from.bodiesAsked().toString());
    from.move(CUT - 100);
    awaitGaps(List.of(new Gap(1, CHAIN.block(CUT - 101).id())));
    from.move(0);
    awaitGaps(List.of());
  }

  private long earliest() {
    return node.peers().entries().values().iterator().next().connection().orElseThrow().earliest();
  }

  @Test
  void shouldFollowTheLowestBlockThatAJsonRpcNodeReports() throws Exception {
    RpcNode from = opened.with(new RpcNode(CHAIN)).dropBelow(CUT).keepHeaders().reportOldest(CUT);
    start();
    connect(from);
    awaitPeers(1);
    sync(List.of(BELOW));
    assertTrue(from.dropped() <= 1, () -> from.dropped() + " calls for what it has dropped");
    from.dropBelow(0).reportOldest(0);
    awaitGaps(List.of());
  }

  /** Whatever a pruned node answers, the blocks become a gap, and no node is blamed. */
  @ParameterizedTest
  @EnumSource(Pruned.class)
  void shouldLeaveAGapWhateverAPrunedNodeAnswers(Pruned answer) throws Exception {
    RpcNode rpc = opened.with(new RpcNode(CHAIN)).dropBelow(CUT).answer(answer);
    RangedNode headers = ranged(HEAD + 1, HEAD).announces(0, HEAD);
    start();
    connect(rpc);
    connect(headers);
    awaitPeers(2);
    sync(List.of(BELOW));
    connectArchive();
    awaitGaps(List.of());
  }

  /** The same of a node that gives headers by JSON-RPC, and drops only the bodies. */
  @ParameterizedTest
  @EnumSource(Pruned.class)
  void shouldTakeTheHeadersOfANodeThatHasDroppedTheBodies(Pruned answer) throws Exception {
    RpcNode rpc = opened.with(new RpcNode(CHAIN)).dropBelow(CUT).keepHeaders().answer(answer);
    start();
    connect(rpc);
    awaitPeers(1);
    sync(List.of(BELOW));
    connectArchive();
    awaitGaps(List.of());
  }

  @Test
  void shouldSayWhichHeadersNoPeerServes() {
    RpcNode rpc = opened.with(new RpcNode(CHAIN)).dropBelow(CUT);
    start();
    connect(rpc);
    awaitPeers(1);
    node.sync(CHAIN.head()).exceptionally(failure -> null);
    awaitUnserved("the headers of blocks 1 to 399 are not served by the only peer" + REMEDY);
    assertEquals(Optional.of(WaitingReason.HEAD_UNSERVED), node.progress().waiting());
  }

  @Test
  void shouldShowTheRangesOfHeadersAndBodies() throws Exception {
    start();
    connect(ranged(CUT, HEAD));
    awaitPeers(1);
    Progress.PeerView peer = node.progress().peers().get(0);
    assertEquals(new Progress.Range(0, HEAD), peer.headers());
    assertEquals(new Progress.Range(CUT, HEAD), peer.bodies());
  }
}
