package dev.windlass.node;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.p2p.Connections;
import dev.windlass.store.LevelDbBlockStore;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.network.ForkSchedule;
import dev.windlass.wire.network.LocalChain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A node that syncs blocks of some megabyte each from another, in a process of its own. */
final class LargeBlocksNode {
  static final int VERSION = 69;

  private LargeBlocksNode() {}

  static LocalChain local(ServedChain chain) {
    Hash genesis = chain.lowest().hash();
    ForkSchedule forks = new ForkSchedule(genesis, 0, List.of(), List.of());
    return new LocalChain(7332, genesis, chain, forks, head -> BigInteger.ONE);
  }

  /**
   * Its last line has the number of blocks, and the most memory of the process.
   *
   * @param args the folder of the store, the enode of the other node, the genesis block in
   *     hexadecimal, number and hash of the head
   */
  public static void main(String[] args) throws IOException {
    LevelDbBlockStore store =
        LevelDbBlockStore.open(Path.of(args[0]), Block.decode(HexFormat.of().parseHex(args[2])));
    BlockId head = new BlockId(Long.parseLong(args[3]), Hash.fromHex(args[4]));
    DownloaderLimits limits =
        MemoryPlan.DEFAULT.limits(DownloaderLimits.DEFAULT).withoutPeersHeads();
    try (Node node = Node.start(store, limits)) {
      LocalNode local =
          LocalNode.of(
                  NodeKey.random(new SecureRandom()), "test", List.of(Capability.eth(VERSION)), 0)
              .with(node.messages());
      LocalChain chain = local(new StoredChain(store));
      Connections peers = TestConnections.of(node, local, chain, store);
      CompletableFuture<SyncSummary> synced = node.sync(head);
      peers.connect(List.of(Enode.parse(args[1])));
      node.awaitAny(synced);
      System.err.println(
          "synced blocks="
              + synced.join().blocks()
              + " "
              + Stream.of("VmHWM", "VmRSS", "RssAnon", "RssFile")
                  .map(LargeBlocksNode::line)
                  .collect(Collectors.joining(" "))
              + " live_heap="
              + liveHeapKib()
              + "kB");
      peers.close();
    }
  }

  private static String line(String name) {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith(name + ":"))
          .map(line -> line.replaceAll("[:\\s]+", "="))
          .findFirst()
          .orElse(name + "=unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is left of the heap after a collection. */
  private static long liveHeapKib() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) >> 10;
  }
}
