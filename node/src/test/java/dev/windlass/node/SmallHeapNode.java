package dev.windlass.node;

import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.p2p.Connections;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.network.ForkSchedule;
import dev.windlass.wire.network.LocalChain;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.List;

/** A node that serves its genesis to all peers, in its own process, until the process is killed. */
final class SmallHeapNode {
  static final int VERSION = 68;
  static final ChainMaker CHAIN = ChainMaker.of(3, 20, Shape.SIGNED);
  static final ForkSchedule FORKS =
      new ForkSchedule(CHAIN.genesis().hash(), 0, List.of(), List.of());

  private SmallHeapNode() {}

  /** Its last line has its address. */
  public static void main(String[] args) {
    MemoryBlockStore store = new MemoryBlockStore(CHAIN.block(0));
    Node node = Node.start(store, DownloaderLimits.DEFAULT);
    StoredChain stored = new StoredChain(store);
    LocalChain chain =
        new LocalChain(7332, CHAIN.genesis().hash(), stored, FORKS, head -> BigInteger.ONE);
    LocalNode local =
        LocalNode.of(
                NodeKey.random(new SecureRandom()), "test", List.of(Capability.eth(VERSION)), 0)
            .with(node.messages());
    Connections peers = TestConnections.of(node, local, chain, store);
    Enode enode = TestConnections.listen(peers);
    System.err.println("listens at " + enode);
  }
}
