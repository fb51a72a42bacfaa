package dev.windlass.p2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.History;
import dev.windlass.node.EthNetwork;
import dev.windlass.node.Node;
import dev.windlass.node.NodeConfig;
import dev.windlass.node.NodeLimits;
import dev.windlass.node.PeerSource;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.RlpxDialer;
import dev.windlass.wire.devp2p.eth.EthMessage;
import dev.windlass.wire.devp2p.eth.EthSession;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.network.ForkSchedule;
import dev.windlass.wire.network.LocalChain;
import dev.windlass.wire.network.Network;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node that syncs from a second one, and others that listen to it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AnnouncerTest {
  private static final ChainMaker BEFORE_MERGE = ChainMaker.of(3, 400, Shape.EMPTY);
  private static final ChainMaker SINCE_MERGE = ChainMaker.of(3, 400, Shape.LATEST);

  @TempDir private Path folder;

  private final Vertx vertx = Vertx.vertx();
  private final List<Node> nodes = new ArrayList<>();
  private ChainMaker chain;
  private Network network;
  private Node node;
  private Enode enode;

  /** What one listener heard. */
  private static final class Ear implements EthSession.Handler {
    record Head(Hash hash, long number, boolean isWhole) {}

    final BlockingQueue<Head> heads = new LinkedBlockingQueue<>();
    final CompletableFuture<String> closed = new CompletableFuture<>();

    Head next() throws InterruptedException {
      return heads.poll(30, TimeUnit.SECONDS);
    }

    @Override
    public void onAnswer(String label, long requestId, List<byte[]> items) {
      assertEquals(Question.HEADERS, label);
      heads.add(new Head(Hash.ZERO, items.size(), false));
    }

    @Override
    public void onHead(dev.windlass.chain.Head head) {
      heads.add(new Head(head.hash(), head.number(), head.totalDifficulty().isPresent()));
    }

    @Override
    public void onClosed(String reason) {
      closed.complete(reason);
    }
  }

  @BeforeEach
  void start() {
    start(BEFORE_MERGE);
  }

  private void start(ChainMaker made) {
    nodes.forEach(Node::close);
    nodes.clear();
    chain = made;
    network =
        new Network(
            "made",
            7,
            chain.genesis().hash(),
            new ForkSchedule(chain.genesis().hash(), 0, List.of(), List.of()));
    BlockStore full = new MemoryBlockStore(chain.block(0));
    List<Block> run = new ArrayList<>();
    for (long number = 1; number <= chain.head().number(); number++) {
      run.add(chain.block(number));
    }
    full.insert(run, true);
    Enode source = listen(full, List.of());
    BlockStore empty = new MemoryBlockStore(chain.block(0));
    enode = listen(empty, List.of(source));
    node = nodes.get(1);
  }

  private Enode listen(BlockStore store, List<Enode> peers) {
    Node started = Node.start(store);
    nodes.add(started);
    NodeConfig config =
        new NodeConfig(
            folder.resolve("node" + chain.genesis().hash() + nodes.size()),
            network,
            Optional.of(chain.block(0)),
            Optional.empty(),
            NodeConfig.Heads.NONE,
            NodeConfig.Checkpoints.NONE,
            false,
            History.ALL,
            Optional.empty(),
            peers.stream().<PeerSource>map(PeerSource.NodePeer::new).toList(),
            NodeLimits.DEFAULT,
            new NodeConfig.P2p(true, "127.0.0.1", 0, NodeConfig.P2p.PROTOCOLS),
            new NodeConfig.Http("127.0.0.1", 0, Optional.empty(), List.of()),
            new NodeConfig.Metrics(false, "127.0.0.1", 0));
    return EthNetwork.of(config).connectTo(started, store).orElseThrow();
  }

  @AfterEach
  void close() {
    nodes.forEach(Node::close);
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private void sync(long number) {
    node.sync(new BlockId(number, chain.hashAt(number))).join();
  }

  private EthSession connect(int version) {
    LocalNode local =
        LocalNode.of(
            NodeKey.random(new SecureRandom()), "ear", List.of(Capability.eth(version)), 0);
    LocalChain said =
        new LocalChain(
            network.id(),
            network.genesis(),
            new StoredChain(new MemoryBlockStore(chain.block(0))),
            network.forks(),
            head -> BigInteger.ZERO);
    CompletableFuture<EthSession> opened = new CompletableFuture<>();
    vertx.runOnContext(
        ignored ->
            new RlpxDialer(vertx, local)
                .connect(enode)
                .compose(connection -> EthSession.open(vertx, connection, said))
                .onSuccess(opened::complete)
                .onFailure(opened::completeExceptionally));
    return opened.join();
  }

  /** Connects, and waits until the node has answered: it knows this listener then. */
  private Ear listen(int version) throws InterruptedException {
    Ear ear = new Ear();
    EthSession session = connect(version);
    session.start(ear);
    session.ask(1, new Question.Headers(HeaderQuery.byNumber(0, 1)));
    assertEquals(1, ear.next().number());
    return ear;
  }

  @Test
  void shouldSendTheNewestBlockToTheSquareRootAndTheHashesToTheOthers() throws Exception {
    sync(100);
    List<Ear> ears = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      ears.add(listen(i % 2 == 0 ? 68 : 66));
    }

    sync(101);

    int whole = 0;
    for (Ear ear : ears) {
      Ear.Head head = ear.next();
      assertEquals(chain.hashAt(101), head.hash());
      assertEquals(101, head.number());
      whole += head.isWhole() ? 1 : 0;
    }
    assertEquals(3, whole);
  }

  @Test
  void shouldAnnounceOnlyTheLastHashWhenASyncCaughtUp() throws Exception {
    sync(100);
    Ear ear = listen(68);

    sync(100 + Announcer.RELAYED_MAX + 1);

    assertEquals(new Ear.Head(chain.hashAt(133), 133, false), ear.next());
  }

  @Test
  void shouldNotTellANodeOfABlockThatItNamedItself() throws Exception {
    sync(100);
    Ear knowing = new Ear();
    EthSession session = connect(68);
    session.start(knowing);
    session.send(new EthMessage.NewBlockHashes(List.of(new BlockId(101, chain.hashAt(101)))));
    session.ask(1, new Question.Headers(HeaderQuery.byNumber(0, 1)));
    assertEquals(1, knowing.next().number());
    Ear other = listen(68);

    sync(101);
    assertEquals(101, other.next().number());
    sync(102);

    assertEquals(102, knowing.next().number());
  }

  @Test
  void shouldNotTellANodeOfAnyBlockOfItsAnnouncement() throws Exception {
    sync(100);
    Ear knowing = new Ear();
    EthSession session = connect(68);
    session.start(knowing);
    session.send(
        new EthMessage.NewBlockHashes(
            List.of(
                new BlockId(101, chain.hashAt(101)),
                new BlockId(103, chain.hashAt(103)),
                new BlockId(102, chain.hashAt(102)))));
    session.ask(1, new Question.Headers(HeaderQuery.byNumber(0, 1)));
    assertEquals(1, knowing.next().number());
    Ear other = listen(68);

    for (long number = 101; number <= 104; number++) {
      sync(number);
      assertEquals(number, other.next().number());
    }

    assertEquals(104, knowing.next().number());
  }

  @Test
  void shouldTellNodesOfToday32BlocksLaterWhichBlocksThereAre() throws Exception {
    sync(100);
    Ear ear = listen(69);

    sync(131);
    sync(132);

    assertEquals(new Ear.Head(chain.hashAt(132), 132, false), ear.next());
  }

  @ParameterizedTest
  @ValueSource(ints = {66, 69})
  void shouldTakeLeaveOfEverybodyWhenItStops(int version) throws Exception {
    Ear ear = listen(version);
    nodes.remove(1).close();
    assertEquals("peer disconnected: client quitting", ear.closed.get(30, TimeUnit.SECONDS));
  }

  @Test
  void shouldNotAnnounceBlocksSinceTheMerge() throws Exception {
    start(SINCE_MERGE);
    sync(100);
    EthSession yesterday = connect(68);
    Ear ear = new Ear();
    yesterday.start(ear);
    yesterday.ask(1, new Question.Headers(HeaderQuery.byNumber(0, 1)));
    assertEquals(1, ear.next().number());
    Ear today = listen(69);

    sync(120);
    sync(140);

    assertTrue(today.next().number() >= 132);
    yesterday.ask(2, new Question.Headers(HeaderQuery.byNumber(1, 2)));
    assertEquals(new Ear.Head(Hash.ZERO, 2, false), ear.next());
  }
}
