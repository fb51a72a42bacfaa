package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.fixtures.Await;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.LevelDbBlockStore;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.store.StoreVerifier;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.Enode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes of ours that sync from each other over loopback sockets. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class NetworkTest {
  private static final ChainMaker CHAIN = ChainMaker.of(3, 3000, Shape.SIGNED);
  private static final int[] ALL = {60, 61, 66, 67, 68, 69};

  @TempDir private Path folder;

  private final List<Node> nodes = new ArrayList<>();

  @AfterEach
  void close() {
    nodes.forEach(Node::close);
  }

  private NodeConfig config(String name, boolean listens, List<Enode> peers, int... versions) {
    return config(name, listens, peers, NodeLimits.DEFAULT, versions);
  }

  private NodeConfig config(
      String name, boolean listens, List<Enode> peers, NodeLimits limits, int... versions) {
    List<Capability> protocols = Arrays.stream(versions).mapToObj(Capability::eth).toList();
    return MadeNetwork.node(
        CHAIN,
        folder.resolve(name),
        new NodeConfig.P2p(listens, "127.0.0.1", 0, protocols),
        limits,
        peers);
  }

  private static BlockStore storeUpTo(long head) {
    BlockStore store = new MemoryBlockStore(CHAIN.block(0));
    grow(store, head);
    return store;
  }

  private static void grow(BlockStore store, long head) {
    List<Block> run = new ArrayList<>();
    for (long number = store.tip().number() + 1; number <= head; number++) {
      run.add(CHAIN.block(number));
    }
    store.insert(run, true);
  }

  /** A node that has blocks, and serves them in these protocols. */
  private Enode serve(String name, BlockStore store, int... versions) {
    Node node = Node.start(store);
    nodes.add(node);
    return EthNetwork.of(config(name, true, List.of(), versions))
        .connectTo(node, store)
        .orElseThrow();
  }

  private Node syncFrom(
      BlockStore store, DownloaderLimits limits, List<Enode> peers, int... versions) {
    Node node = Node.start(store, limits);
    nodes.add(node);
    EthNetwork network = EthNetwork.of(config("client", false, peers, versions));
    assertTrue(network.connectTo(node, store).isEmpty());
    return node;
  }

  private static void await(Node node, Predicate<Progress> holds) {
    Await.condition(() -> node.progress().toString(), () -> holds.test(node.progress()));
  }

  private BlockStore emptyStore() {
    return LevelDbBlockStore.open(folder.resolve("client"), CHAIN.block(0));
  }

  /** Closes every node, and proves what the one that synced has stored. */
  private void assertStoreIsClean() {
    close();
    nodes.clear();
    try (LevelDbBlockStore store = LevelDbBlockStore.open(folder.resolve("client"))) {
      assertEquals(CHAIN.head(), store.tip());
      assertEquals(0, new StoreVerifier(store, ignored -> {}).verify().problemCount());
    }
  }

  private static Set<String> kindsThatDelivered(Node node) {
    return node.progress().peers().stream()
        .filter(peer -> peer.blocksDelivered() > 0)
        .map(Progress.PeerView::kind)
        .collect(Collectors.toSet());
  }

  @Test
  void shouldLetAsManyNodesConnectAsTheUserAllows() {
    BlockStore store = storeUpTo(10);
    Node server = Node.start(store);
    nodes.add(server);
    NodeLimits one = NodeLimits.ofPeers(50, 1);
    Enode enode =
        EthNetwork.of(config("server", true, List.of(), one, ALL))
            .connectTo(server, store)
            .orElseThrow();
    DownloaderLimits limits = DownloaderLimits.DEFAULT.withoutPeersHeads();
    Node first = syncFrom(new MemoryBlockStore(CHAIN.block(0)), limits, List.of(enode), ALL);
    await(first, progress -> progress.peers().size() == 1);

    Node second = Node.start(new MemoryBlockStore(CHAIN.block(0)), limits);
    nodes.add(second);
    EthNetwork.of(config("second", false, List.of(enode), ALL))
        .connectTo(second, new MemoryBlockStore(CHAIN.block(0)));
    await(
        second,
        progress ->
            second.peers().entries().values().stream().anyMatch(e -> !e.reason().isEmpty()));
    assertEquals(1, server.progress().peers().size());
    assertEquals(0, second.progress().peers().size());
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 61, 66, 67, 68, 69})
  void shouldSyncFromAnotherNodeThatIsLimitedToOneProtocol(int version) {
    Enode server = serve("server", storeUpTo(3000), version);
    Node node =
        syncFrom(emptyStore(), DownloaderLimits.DEFAULT.withoutPeersHeads(), List.of(server), ALL);
    CompletableFuture<SyncSummary> outcome = node.sync(CHAIN.head());
    node.awaitAny(outcome);
    assertEquals(3000, outcome.join().blocks());
    assertEquals(0, node.progress().counters().refetched());
    assertEquals(Set.of(version < 62 ? "hash" : "header"), kindsThatDelivered(node));
    assertStoreIsClean();
  }

  @Test
  void shouldTakeTheHighestProtocolThatBothSpeak() {
    Enode server = serve("server", storeUpTo(10), 60, 61, 66);
    Node node =
        syncFrom(
            emptyStore(),
            DownloaderLimits.DEFAULT.withoutPeersHeads(),
            List.of(server),
            60,
            61,
            69);
    await(node, progress -> progress.peers().size() == 1);
    assertEquals("hash", node.progress().peers().get(0).kind());
  }

  @Test
  void shouldSyncFromHashPeersAndHeaderPeersAtOnce() {
    Enode hashes = serve("hashes", storeUpTo(3000), 60, 61);
    Enode headers = serve("headers", storeUpTo(3000), 68, 69);
    Node node =
        syncFrom(
            emptyStore(),
            DownloaderLimits.DEFAULT.withoutPeersHeads(),
            List.of(hashes, headers),
            ALL);
    await(node, progress -> progress.peers().size() == 2);
    CompletableFuture<SyncSummary> outcome = node.sync(CHAIN.head());
    node.awaitAny(outcome);
    assertEquals(3000, outcome.join().blocks());
    assertEquals(Set.of("hash", "header"), kindsThatDelivered(node));
    assertEquals(0, node.progress().counters().peersBanned());
    assertStoreIsClean();
  }

  @Test
  void shouldMakeAKeyAfterOneThatWasLeftHalfMade() throws Exception {
    NodeConfig config = config("client", true, List.of(), ALL);
    Files.createDirectories(config.dataPath());
    Files.writeString(config.dataPath().resolve("nodekey.begun"), "12");
    EthNetwork.of(config);
    Path file = config.dataPath().resolve("nodekey");
    String made = Files.readString(file);
    assertEquals(65, made.length());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    EthNetwork.of(config);
    assertEquals(made, Files.readString(file));
  }
}
