package dev.windlass.server.node;

import dev.windlass.chain.ServedChain;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.HaulSummary;
import dev.windlass.server.MemoryPlan;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.LevelDbBlockStore;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.eth.ForkSchedule;
import dev.windlass.wire.devp2p.eth.LocalChain;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A node that syncs blocks of some megabyte each from another, in a process of its own. */
final class LargeBlocksNode {
  static final int VERSION = 69;
  static final int BLOCKS = 300;
  static final ChainMaker CHAIN = ChainMaker.onDemand(5, BLOCKS, new Shape(130, 60_000, 16));

  private LargeBlocksNode() {}

  static LocalChain local(ServedChain chain) {
    ForkSchedule forks = new ForkSchedule(CHAIN.genesis().hash(), 0, List.of(), List.of());
    return new LocalChain(7332, CHAIN.genesis().hash(), chain, forks, () -> BigInteger.ONE);
  }

  /**
   * Its last line says how many blocks came, and how much memory the process had at most.
   *
   * @param args the folder of the store, and the enode of the other node
   */
  public static void main(String[] args) throws IOException {
    LevelDbBlockStore store = LevelDbBlockStore.open(Path.of(args[0]), CHAIN.block(0));
    DownloaderLimits limits =
        MemoryPlan.DEFAULT.limits(DownloaderLimits.DEFAULT).withoutPeersHeads();
    try (Node node = Node.start(store, Optional.empty(), limits)) {
      LocalNode local =
          LocalNode.of(
                  NodeKey.random(new SecureRandom()), "test", List.of(Capability.eth(VERSION)), 0)
              .with(node.messages());
      LocalChain chain = local(new StoredChain(store));
      Announcer announcer = new Announcer(node.vertx(), chain, new TotalDifficulty(store));
      EthPeers peers = new EthPeers(node, local, chain, announcer);
      CompletableFuture<HaulSummary> hauled = node.haul(CHAIN.head());
      peers.connect(List.of(Enode.parse(args[1])));
      node.awaitAny(hauled);
      System.err.println(
          "synced blocks=" + hauled.join().blocks() + " " + line("VmHWM") + " " + line("VmRSS"));
      peers.close();
    }
  }

  private static String line(String name) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith(name))
        .findFirst()
        .orElse(name + " unknown")
        .replaceAll("\\s+", "=");
  }
}
