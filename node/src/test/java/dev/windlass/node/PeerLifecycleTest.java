package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.fixtures.Await;
import dev.windlass.fixtures.Opened;
import dev.windlass.p2p.Connections;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.DisconnectReason;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.HonestNode;
import dev.windlass.wire.devp2p.HostileNode;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.RawPeer;
import dev.windlass.wire.devp2p.eth.EthCodec;
import dev.windlass.wire.devp2p.eth.EthMessage;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockRange;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.network.ForkSchedule;
import dev.windlass.wire.network.LocalChain;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** When a node becomes a peer, and when it is none any more. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PeerLifecycleTest {
  private static final ChainMaker CHAIN = ChainMaker.of(3, 300, Shape.SIGNED);
  private static final long NETWORK = 7332;
  private static final int VERSION = 69;
  private static final ForkSchedule FORKS =
      new ForkSchedule(CHAIN.genesis().hash(), 0, List.of(), List.of());
  private static final byte[] QUITTING = {(byte) 0xc1, 0x08};

  private final SecureRandom random = new SecureRandom();
  private final List<Side> sides = new ArrayList<>();
  @RegisterExtension private final Opened opened = new Opened();

  /** A node of ours, with what a test needs of it. */
  private record Side(MemoryBlockStore store, Node node, Connections connections, Enode enode) {}

  @AfterEach
  void close() {
    sides.forEach(side -> side.connections().close());
    sides.forEach(side -> side.node().close());
  }

  private static LocalChain local(ServedChain chain) {
    return new LocalChain(NETWORK, CHAIN.genesis().hash(), chain, FORKS, head -> BigInteger.ONE);
  }

  /** Listens, and has so many blocks of the chain. */
  private Side start(long blocks) {
    MemoryBlockStore store = new MemoryBlockStore(CHAIN.block(0));
    for (long number = 1; number <= blocks; number++) {
      store.insert(List.of(CHAIN.block(number)), false);
    }
    Node node = Node.start(store, QuickLimits.of(DownloaderLimits.DEFAULT));
    LocalNode self =
        LocalNode.of(NodeKey.random(random), "test", List.of(Capability.eth(VERSION)), 0);
    Connections connections = TestConnections.of(node, self, local(new StoredChain(store)), store);
    Side side = new Side(store, node, connections, TestConnections.listen(connections));
    sides.add(side);
    return side;
  }

  private static void sayStatus(RawPeer peer) throws IOException {
    BlockRange range = new BlockRange(0, 0, CHAIN.genesis().hash());
    Hash genesis = CHAIN.genesis().hash();
    say(peer, new EthMessage.RangeStatus(VERSION, NETWORK, genesis, FORKS.at(0, 0), range));
  }

  private static void say(RawPeer peer, EthMessage message) throws IOException {
    peer.send(RawPeer.ETH + message.code(), new EthCodec(VERSION).encode(message));
  }

  private static void assertServed(RawPeer peer) throws IOException {
    say(peer, new EthMessage.GetBlockHeaders(5, null, 0, 1, 0, false));
    while (peer.read().code() != RawPeer.ETH + EthMessage.BLOCK_HEADERS) {
      // A message that answers nothing.
    }
  }

  private static void awaitPeers(Side side, int count) {
    Await.condition(
        () -> side.node().progress().toString(),
        () -> side.node().progress().peers().size() == count);
  }

  private static void awaitTip(Side side, BlockId tip) {
    Await.condition(() -> side.node().progress().toString(), () -> side.store().tip().equals(tip));
  }

  /**
   * btcd's TestPeerLifecycleOrdering: a node that leaves with its first word is added, then
   * removed. If it were removed first, it would stay for ever.
   */
  @Test
  void shouldAddAPeerBeforeItIsRemoved() throws Exception {
    LogTap log = opened.with(new LogTap());
    Side side = start(0);
    for (int i = 0; i < 50; i++) {
      NodeKey key = NodeKey.random(random);
      RawPeer peer = opened.with(RawPeer.greet(side.enode(), key, VERSION));
      sayStatus(peer);
      peer.send(RawPeer.DISCONNECT, QUITTING);
      assertEquals(RawPeer.NO_WORD, peer.disconnectReason());
      // Lines that came before are passed over, so this is their order.
      log.await("Peer connected", key.publicKey().toString());
      log.await("Peer gone", "client quitting", key.publicKey().toString());
      if (i % 10 == 0) {
        RawPeer again = opened.with(RawPeer.greet(side.enode(), key, VERSION));
        sayStatus(again);
        assertServed(again);
        again.close();
        log.await("Peer gone", key.publicKey().toString());
      }
    }
    awaitPeers(side, 0);
    assertEquals(0, side.node().progress().counters().peersBanned());
  }

  /**
   * btcd's SimultaneousReady, at its worst: both connections of one node are open, and the one that
   * was dialled is ready last.
   */
  @Test
  void shouldKeepTheConnectionThatWasReadyFirst() throws Exception {
    LogTap log = opened.with(new LogTap());
    Side side = start(0);
    CompletableFuture<Void> isDialled = new CompletableFuture<>();
    CompletableFuture<Void> other = new CompletableFuture<>();
    CompletableFuture<Integer> refused = new CompletableFuture<>();
    HostileNode node =
        opened.with(
            HostileNode.start(
                VERSION,
                peer -> {
                  isDialled.complete(null);
                  other.join();
                  sayStatus(peer);
                  refused.complete(peer.disconnectReason());
                }));
    side.connections().connect(List.of(node.enode()));
    Await.value(isDialled);
    try (RawPeer first = RawPeer.greet(side.enode(), node.key(), VERSION)) {
      sayStatus(first);
      log.await("Peer connected", node.key().publicKey().toString());
      other.complete(null);
      assertEquals(DisconnectReason.ALREADY_CONNECTED.code(), Await.value(refused));
      assertServed(first);
      awaitPeers(side, 1);
    }
    log.await("Peer gone", node.key().publicKey().toString());
  }

  /** The same of two nodes of ours. Each may refuse the connection that the other keeps. */
  @Test
  void shouldAgreeOnOneConnectionIfBothDialAtOnce() throws Exception {
    Side full = start(300);
    Side empty = start(0);
    full.connections().connect(List.of(empty.enode()));
    empty.connections().connect(List.of(full.enode()));
    awaitTip(empty, CHAIN.head());
    awaitPeers(full, 1);
    awaitPeers(empty, 1);
    assertEquals(0, full.node().progress().counters().peersBanned());
    assertEquals(0, empty.node().progress().counters().peersBanned());
  }

  /** btcd's TestSyncManagerRaceCorruption. */
  @Test
  void shouldSyncFromAnHonestNodeAfterAThousandThatShookHandsAndLeft() throws Exception {
    LogTap log = opened.with(new LogTap());
    Side side = start(0);
    for (int i = 0; i < 1_000; i++) {
      try (RawPeer peer = RawPeer.greet(side.enode(), NodeKey.random(random), VERSION)) {
        sayStatus(peer);
        if (i % 2 == 0) {
          peer.send(RawPeer.DISCONNECT, QUITTING);
          peer.disconnectReason();
        }
        // The others hang up, so that their Status may be lost.
      }
    }
    HonestNode honest = opened.with(new HonestNode(VERSION, local(CHAIN)));
    side.connections().connect(List.of(honest.enode()));
    awaitTip(side, CHAIN.head());
    awaitPeers(side, 1);
    assertTrue(log.count("Peer connected") >= 500, "half of them were peers for a moment");
    assertEquals(0, side.node().progress().counters().peersBanned());
  }
}
