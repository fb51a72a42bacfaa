package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.History;
import dev.windlass.downloader.Progress;
import dev.windlass.fixtures.Await;
import dev.windlass.p2p.PeerDirectory;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.LevelDbBlockStore;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.store.StoreVerifier;
import dev.windlass.store.VerifyReport;
import dev.windlass.wire.devp2p.Enode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node fetches a part of a long chain over loopback sockets, and later more of it. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HistorySyncTest {
  private static final int HEAD = 50_000;
  private static final ChainMaker CHAIN = ChainMaker.of(9, HEAD, new Shape(1, 32, 16));

  @TempDir private Path folder;

  private final List<Node> nodes = new ArrayList<>();
  private BlockStore store;

  @AfterEach
  void close() {
    nodes.forEach(Node::close);
  }

  private NodeConfig config(String name, boolean listens, List<Enode> peers) {
    return MadeNetwork.node(
        CHAIN,
        folder.resolve(name),
        new NodeConfig.P2p(listens, "127.0.0.1", 0),
        NodeLimits.DEFAULT,
        peers);
  }

  private Enode serveAll() {
    BlockStore all = new MemoryBlockStore(CHAIN.block(0));
    for (long from = 1; from <= HEAD; from += 1_000) {
      List<Block> run = new ArrayList<>();
      for (long number = from; number < from + 1_000; number++) {
        run.add(CHAIN.block(number));
      }
      all.insert(run, true);
    }
    Node node = Node.start(all);
    nodes.add(node);
    return EthNetwork.of(config("server", true, List.of())).connectTo(node, all).orElseThrow();
  }

  /** Starts a node over the store of the client, with the trusted head. */
  private Node start(History history, Enode server) {
    store = LevelDbBlockStore.open(folder.resolve("client"), CHAIN.block(0));
    DownloaderLimits limits =
        DownloaderLimits.DEFAULT.withoutPeersHeads().with(draft -> draft.history = history);
    Node node = Node.start(store, limits);
    EthNetwork.of(config("client", false, List.of(server))).connectTo(node, store);
    node.awaitAny(node.sync(CHAIN.head()));
    return node;
  }

  private void awaitRange(Node node, long lowest) {
    Await.condition(
        () -> store.root() + " " + store.gaps() + " " + node.progress(),
        () ->
            store.root().number() == lowest
                && store.gaps().isEmpty()
                && node.progress().sync().isEmpty());
  }

  /** Stops a node, and returns how many blocks it has fetched. Proves its store. */
  private long stop(Node node, long lowest) {
    Progress.Counters counters = node.progress().counters();
    assertEquals(0, counters.refetched());
    assertEquals(0, counters.peersBanned());
    assertEquals(0, counters.syncsFailed());
    node.close();
    try (LevelDbBlockStore closed = LevelDbBlockStore.open(folder.resolve("client"))) {
      VerifyReport report = new StoreVerifier(closed, done -> {}).verify();
      assertEquals(List.of(), report.problems());
      assertEquals(HEAD - lowest + 1, report.blocks());
      assertEquals(CHAIN.head(), report.tip());
    }
    return counters.blocks();
  }

  @Test
  void shouldFetchWhatIsWantedAndLaterOnlyWhatIsMissing() {
    Enode server = serveAll();
    Node first = start(History.blocks(5_000), server);
    awaitRange(first, 45_001);
    assertEquals(5_000, stop(first, 45_001));

    Node second = start(History.blocks(20_000), server);
    awaitRange(second, 30_001);
    assertEquals(15_000, stop(second, 30_001));

    Node less = start(History.blocks(100), server);
    awaitRange(less, 30_001);
    assertEquals(0, stop(less, 30_001));

    Node all = start(History.ALL, server);
    awaitRange(all, 0);
    assertEquals(30_000, stop(all, 0));

    // A count is kept with 64 more, which a reorg may need.
    Node pruning = start(History.blocks(5_000).pruning(), server);
    awaitRange(pruning, 44_937);
    Await.condition(() -> bodyFiles().toString(), () -> bodyFiles().size() == 2);
    assertEquals(0, stop(pruning, 44_937));

    Node again = start(History.blocks(20_000), server);
    awaitRange(again, 30_001);
    assertEquals(14_936, stop(again, 30_001));
  }

  /** Each has 8,192 numbers. */
  private List<String> bodyFiles() {
    String[] names = folder.resolve("client/chain/bodies").toFile().list();
    return List.of(names == null ? new String[0] : names);
  }

  @Test
  void shouldTellOtherNodesWhereItsHistoryBegins() {
    Enode server = serveAll();
    Node first = start(History.blocks(1_000), server);
    awaitRange(first, 49_001);
    nodes.add(first);
    Enode served =
        EthNetwork.of(config("served", true, List.of())).connectTo(first, store).orElseThrow();
    BlockStore empty = new MemoryBlockStore(CHAIN.block(0));
    DownloaderLimits limits =
        DownloaderLimits.DEFAULT
            .withoutPeersHeads()
            .with(draft -> draft.history = History.blocks(1_000));
    Node other = Node.start(empty, limits);
    nodes.add(other);
    EthNetwork.of(config("other", false, List.of(served))).connectTo(other, empty);
    other.awaitAny(other.sync(CHAIN.head()));
    PeerDirectory.Entry entry = other.peers().entries().values().iterator().next();
    assertEquals(49_001, entry.connection().orElseThrow().earliest());
    Await.condition(() -> empty.gaps().toString(), () -> empty.gaps().isEmpty());
    assertEquals(49_001, empty.root().number());
    assertTrue(other.progress().counters().blocks() >= 1_000);
  }
}
