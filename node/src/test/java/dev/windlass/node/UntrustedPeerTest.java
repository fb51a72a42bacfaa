package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.p2p.Connections;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.RawPeer;
import dev.windlass.wire.devp2p.eth.EthCodec;
import dev.windlass.wire.devp2p.eth.EthMessage;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.network.ForkSchedule;
import dev.windlass.wire.network.LocalChain;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that connect by themselves to a node that follows the heads of named nodes. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class UntrustedPeerTest {
  private static final int VERSION = 68;
  private static final ChainMaker CHAIN = ChainMaker.of(3, 20, Shape.SIGNED);
  private static final ForkSchedule FORKS =
      new ForkSchedule(CHAIN.genesis().hash(), 0, List.of(), List.of());

  private final MemoryBlockStore store = new MemoryBlockStore(CHAIN.block(0));
  private final Node node = Node.start(store, DownloaderLimits.DEFAULT);
  private final Connections peers = peers();
  private final NodeKey key = NodeKey.random(new SecureRandom());
  private RawPeer peer;

  private Connections peers() {
    StoredChain stored = new StoredChain(store);
    LocalChain chain =
        new LocalChain(7332, CHAIN.genesis().hash(), stored, FORKS, head -> BigInteger.ONE);
    LocalNode local =
        LocalNode.of(
            NodeKey.random(new SecureRandom()), "test", List.of(Capability.eth(VERSION)), 0);
    return TestConnections.of(node, local, chain, store);
  }

  @AfterEach
  void close() throws IOException {
    peer.close();
    peers.close();
    node.close();
  }

  private static void say(RawPeer peer, EthMessage message) throws IOException {
    peer.send(RawPeer.ETH + message.code(), new EthCodec(VERSION).encode(message));
  }

  /** Comes by itself with a head of its own, sends a block, and waits until that was handed on. */
  private void come() throws IOException {
    Enode ours = TestConnections.listen(peers);
    peer = RawPeer.greet(ours, key, VERSION);
    Hash genesis = CHAIN.genesis().hash();
    Hash head = CHAIN.hashAt(20);
    say(
        peer,
        new EthMessage.Status(
            VERSION, 7332, BigInteger.TWO.pow(255), head, genesis, FORKS.at(0, 0)));
    Block block = CHAIN.block(1);
    say(peer, new EthMessage.NewBlock(block.rawBlock(), BigInteger.TWO.pow(255)));
    say(peer, new EthMessage.GetBlockHeaders(5, null, 0, 1, 0, false));
    RawPeer.Message message = peer.read();
    while (message.code() != RawPeer.ETH + EthMessage.BLOCK_HEADERS) {
      message = peer.read();
    }
  }

  @Test
  void shouldNotMakeUsTakeItsBlocks() throws Exception {
    come();
    // A sync after it, of a block that is there: it is the only one.
    CompletableFuture<SyncSummary> outcome = node.sync(new BlockId(0, CHAIN.genesis().hash()));
    outcome.get(30, TimeUnit.SECONDS);
    assertEquals(1, node.progress().counters().syncs());
    assertEquals(CHAIN.genesis(), store.tip());
  }

  @Test
  void shouldBeFollowedWhenItIsNamed() throws Exception {
    CompletableFuture<SyncSummary> outcome = node.outcome(CHAIN.hashAt(1));
    // No node listens there. The peer is recognised by its key when it connects.
    peers.connect(List.of(new Enode(key.publicKey(), "127.0.0.1", 1)));
    come();
    outcome.get(30, TimeUnit.SECONDS);
    assertEquals(1, store.tip().number());
  }
}
