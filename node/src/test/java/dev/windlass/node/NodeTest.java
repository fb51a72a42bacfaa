package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.chain.store.StoreException;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.fixtures.Await;
import dev.windlass.fixtures.TestChains;
import dev.windlass.p2p.PeerDirectory;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.LevelDbBlockStore;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.wire.files.IndexFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class NodeTest {
  private static final ChainMaker CHAIN = ChainMaker.of(3, 900, Shape.SIGNED);

  @TempDir private Path folder;

  private FilePeers peers(Path... files) {
    List<PeerSource> sources = new ArrayList<>();
    for (Path file : files) {
      sources.add(new PeerSource.FilePeer(file));
    }
    return FilePeers.of(sources, IndexFolder.none());
  }

  private Path file(String name, long from, long to) throws IOException {
    return TestChains.write(folder.resolve(name), CHAIN, from, to);
  }

  private static BlockId block(long number) {
    return new BlockId(number, CHAIN.hashAt(number));
  }

  /** Files are connected one after another. A sync that begins before the last may fail. */
  private static void connectAll(FilePeers files, Node node, int count) {
    files.connectTo(node, CHAIN.genesis());
    Await.condition(
        () -> node.progress().peers().size() + " of " + count + " files are connected",
        () -> node.progress().peers().size() == count);
  }

  @Test
  void shouldPutAChainTogetherFromFilesThatHavePartsOfIt() throws IOException {
    try (FilePeers peers =
        peers(file("high.rlp", 600, 900), file("low.rlp", 0, 400), file("mid.rlp", 350, 700))) {
      Block root = peers.root(Optional.empty()).orElseThrow();
      assertEquals(CHAIN.genesis(), root.id());
      BlockStore store = LevelDbBlockStore.open(folder.resolve("data"), root);
      try (Node node = Node.start(store)) {
        connectAll(peers, node, 3);
        CompletableFuture<SyncSummary> outcome = node.sync(CHAIN.head());
        node.awaitAny(outcome);
        assertEquals(CHAIN.head(), outcome.join().tip());
        assertEquals(900, outcome.join().blocks());
        assertEquals(0, node.progress().counters().refetched());
      }
    }
    try (LevelDbBlockStore store = LevelDbBlockStore.open(folder.resolve("data"))) {
      assertEquals(CHAIN.head(), store.tip());
    }
  }

  @Test
  void shouldSyncNothingWhenNobodyAnnouncesAHead() throws Exception {
    Path all = file("all.rlp", 0, 900);
    Path more = file("more.rlp", 0, 900);
    try (FilePeers peers = peers(all, more, file("a.rlp", 0, 9), file("b.rlp", 0, 9))) {
      BlockStore store = new MemoryBlockStore(peers.root(Optional.empty()).orElseThrow());
      try (Node node = Node.start(store)) {
        connectAll(peers, node, 4);
        // An anchor below what the peers claim: theirs would be synced before it.
        CompletableFuture<SyncSummary> outcome = node.sync(block(5));
        node.awaitAny(outcome);
        assertEquals(block(5), outcome.join().tip());
        assertEquals(1, node.progress().counters().syncs());
        assertEquals(4, node.progress().peers().size());
      }
    }
  }

  @Test
  void shouldBanAFileWhoseBlocksDoNotProveAndSyncFromTheOther() throws IOException {
    Path wrong = folder.resolve("wrong.rlp");
    Path good = file("good.rlp", 0, 900);
    byte[] bytes = Files.readAllBytes(good);
    // The end of a transaction's signature in the last block: its header stays as it was.
    bytes[bytes.length - 3] ^= 1;
    Files.write(wrong, bytes);
    try (FilePeers peers = peers(wrong)) {
      BlockStore store = new MemoryBlockStore(peers.root(Optional.empty()).orElseThrow());
      try (Node node = Node.start(store);
          FilePeers second = peers(good)) {
        CompletableFuture<SyncSummary> alone = node.sync(CHAIN.head());
        peers.connectTo(node, CHAIN.genesis());
        assertThrows(JobFailedException.class, () -> node.awaitAny(alone));
        CompletableFuture<SyncSummary> outcome = node.sync(CHAIN.head());
        second.connectTo(node, CHAIN.genesis());
        node.awaitAny(outcome);
        assertEquals(CHAIN.head(), outcome.join().tip());
        assertEquals(1, node.progress().counters().peersBanned());
        PeerDirectory.Entry banned = node.peers().entries().get(PeerId.of("file:" + wrong));
        assertTrue(banned.connection().isEmpty(), banned::toString);
        assertTrue(banned.ban().orElseThrow().evidence().contains("block 900"), banned::toString);
      }
    }
  }

  @Test
  void shouldTellOfAReorgInOneLine() throws Exception {
    ChainMaker fork = CHAIN.forkAt(880, 4, 30);
    Path branch = TestChains.write(folder.resolve("fork.rlp"), fork, 881, fork.head().number());
    try (LogTap log = new LogTap();
        FilePeers peers = peers(file("all.rlp", 0, 900), branch)) {
      BlockStore store = new MemoryBlockStore(peers.root(Optional.empty()).orElseThrow());
      try (Node node = Node.start(store)) {
        connectAll(peers, node, 2);
        node.awaitAny(node.sync(CHAIN.head()));
        node.awaitAny(node.sync(fork.head()));
      }
      String line = log.await("INFO Chain reorganised", "ancestor_hash");
      for (String part :
          List.of(
              "ancestor=\"Count[value=880]\"",
              "old_tip=\"Count[value=900]\"",
              "left=\"Count[value=20]\"",
              "new_tip=\"Count[value=",
              CHAIN.hashAt(880).toString())) {
        assertTrue(line.contains(part), line);
      }
    }
  }

  @Test
  void shouldSayWhatIsWrongWhenTheStoreFails() throws IOException {
    try (FilePeers peers = peers(file("all.rlp", 0, 900))) {
      BlockStore store =
          LevelDbBlockStore.open(
              folder.resolve("data"), peers.root(Optional.empty()).orElseThrow());
      try (Node node = Node.start(store)) {
        store.close();
        CompletableFuture<SyncSummary> outcome = node.sync(CHAIN.head());
        peers.connectTo(node, CHAIN.genesis());
        StoreException failure = assertThrows(StoreException.class, () -> node.awaitAny(outcome));
        assertEquals(StoreException.Kind.CLOSED, failure.kind());
      }
    }
  }

  @Test
  void shouldRefuseAHeadThatIsBanned() throws IOException {
    try (FilePeers peers = peers(file("all.rlp", 0, 900))) {
      BlockStore store = new MemoryBlockStore(peers.root(Optional.empty()).orElseThrow());
      store.putBan(CHAIN.head().hash(), "for a test");
      try (Node node = Node.start(store)) {
        CompletableFuture<SyncSummary> outcome = node.sync(CHAIN.head());
        JobFailedException failure =
            assertThrows(JobFailedException.class, () -> node.awaitAny(outcome));
        assertTrue(failure.getMessage().contains("is banned"), failure::getMessage);
      }
    }
  }

  @Test
  void shouldTellOfABannedBlockThatItRemovesInOneLine() throws Exception {
    BlockStore store = new MemoryBlockStore(CHAIN.block(0));
    store.insert(List.of(CHAIN.block(1), CHAIN.block(2), CHAIN.block(3)), false);
    store.putBan(CHAIN.hashAt(2), "for a test");
    try (LogTap log = new LogTap();
        Node node = Node.start(store)) {
      assertEquals(CHAIN.block(1).id(), node.progress().tip());
      String line = log.await("WARN Banned block removed", "hash");
      for (String part : List.of("number=\"Count[value=2]\"", CHAIN.hashAt(2).toString())) {
        assertTrue(line.contains(part), line);
      }
    }
  }

  /** Else a run with --exit-when-synced would wait for ever for what is never tried. */
  @Test
  void shouldNotWaitForAHeadThatIsRefused() throws Exception {
    BlockStore store = new MemoryBlockStore(CHAIN.block(0));
    store.putBan(CHAIN.head().hash(), "for a test");
    try (Node node = Node.start(store)) {
      CompletableFuture<SyncSummary> outcome = node.untilSynced(CHAIN.head().hash());
      node.announce(HeadBoard.Source.ANCHOR, Head.of(CHAIN.head().hash(), 900));
      ExecutionException failure =
          assertThrows(ExecutionException.class, () -> outcome.get(30, TimeUnit.SECONDS));
      assertTrue(failure.getCause().getMessage().contains("is banned"), failure::getMessage);
    }
  }

  /** The reader of the file ended with a stack trace, and the peer answered nothing any more. */
  @Test
  void shouldTakeLeaveOfAFileWhoseIndexIsCutShort() throws Exception {
    Path file = file("all.rlp", 0, 900);
    Path indexes = folder.resolve("indexes");
    List<PeerSource> sources = List.of(new PeerSource.FilePeer(file));
    try (StackTraces traces = new StackTraces();
        LogTap log = new LogTap();
        FilePeers peers = FilePeers.of(sources, IndexFolder.at(indexes))) {
      BlockStore store = new MemoryBlockStore(peers.root(Optional.empty()).orElseThrow());
      try (Node node = Node.start(store)) {
        peers.connectTo(node, CHAIN.genesis());
        Await.condition(() -> "no peer", () -> !node.progress().peers().isEmpty());
        try (Stream<Path> all = Files.list(indexes)) {
          Files.write(all.findFirst().orElseThrow(), new byte[0]);
        }
        node.announce(HeadBoard.Source.HTTP, Head.of(CHAIN.head().hash()));
        log.await("WARN Peer cannot be read", "all.rlp", "start again");
        Await.condition(() -> "a peer", () -> node.progress().peers().isEmpty());
      }
      assertEquals(List.of(), traces.found());
    }
  }

  /** It was a warning for each of a thousand heads, and again a minute later. */
  @Test
  void shouldWarnOnceThatTooManyHeadsWait() throws Exception {
    BlockStore store = new MemoryBlockStore(CHAIN.block(0));
    int heads = 200;
    try (LogTap log = new LogTap();
        Node node = Node.start(store)) {
      CompletableFuture<SyncSummary> last = null;
      for (int i = 1; i <= heads; i++) {
        Hash head = Hash.fromHex(String.format("0x%064x", i));
        last = node.untilSynced(head);
        node.announce(HeadBoard.Source.HTTP, Head.of(head));
      }
      CompletableFuture<SyncSummary> outcome = last;
      assertThrows(ExecutionException.class, () -> outcome.get(30, TimeUnit.SECONDS));
      assertEquals(1, log.count("WARN Head refused"));
    }
  }

  @Test
  void shouldFailASyncWhenNoPeerHasItsHead() throws IOException {
    Hash unknown = Hash.fromHex("0x" + "ab".repeat(32));
    try (FilePeers peers = peers(file("all.rlp", 0, 900))) {
      BlockStore store = new MemoryBlockStore(peers.root(Optional.empty()).orElseThrow());
      try (Node node = Node.start(store)) {
        peers.connectTo(node, CHAIN.genesis());
        CompletableFuture<SyncSummary> outcome = node.sync(new BlockId(901, unknown));
        CompletionException failure = assertThrows(CompletionException.class, outcome::join);
        assertTrue(failure.getCause() instanceof JobFailedException);
      }
    }
  }
}
