package dev.windlass.server.demo;

import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.downloader.Trust;
import dev.windlass.node.FilePeers;
import dev.windlass.node.MemoryPlan;
import dev.windlass.node.Node;
import dev.windlass.node.NodeSetup;
import dev.windlass.node.StoreRemarks;
import dev.windlass.server.NodeService;
import dev.windlass.sim.ChainMaker;
import dev.windlass.store.LevelDbBlockStore;
import dev.windlass.store.SnappyLibrary;
import dev.windlass.wire.files.FileChain;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Syncs one chain from the demo's peers into a store, and prints the result. */
public final class Demo {
  private static final long SEED = 1;
  private static final double NANOS_PER_SECOND = 1e9;

  private final DemoOptions options;
  private final CompletableFuture<Void> stop;
  private final Consumer<String> output;

  /**
   * Starts nothing yet.
   *
   * @param stop completes if the demo must end early
   * @param output takes the line with the result, and the one with the served endpoints
   */
  public Demo(DemoOptions options, CompletableFuture<Void> stop, Consumer<String> output) {
    this.options = options;
    this.stop = stop;
    this.output = output;
  }

  /** Returns when the chain is synced and the node is closed, or after a stop. */
  public void run() {
    try (DataFolder folder = DataFolder.of(options.dataPath())) {
      if (options.file().isPresent()) {
        SnappyLibrary.unpackInto(folder.path());
        try (FileChain chain = FileChain.open(options.file().get())) {
          sync(chain, options.file().get().toString(), folder.path());
        }
      } else {
        sync(
            ChainMaker.onDemand(SEED, options.blocks(), ChainMaker.Shape.SIGNED),
            "the made chain",
            folder.path());
      }
    }
  }

  private void sync(ServedChain chain, String name, Path dataPath) {
    BlockStore store = open(chain, name, dataPath);
    Optional<String> lastLine = Optional.empty();
    NodeSetup setup = NodeSetup.ofOperator(MemoryPlan.DEFAULT, Trust.ROOT_ONLY);
    try (NodeService service = NodeService.start(store, options.terminal(), setup)) {
      Node node = service.node();
      String served = DemoEndpoints.serve(service, options);
      CompletableFuture<SyncSummary> outcome = node.sync(chain.head());
      DemoPeers.connect(node, chain);
      node.awaitAny(outcome, stop);
      if (outcome.isDone()) {
        service.showNow();
        String line = line(outcome.join(), node.progress());
        if (options.isServing()) {
          output.accept(line);
          output.accept(served + "; Ctrl-C stops it");
          node.awaitAny(stop);
        } else {
          lastLine = Optional.of(line);
        }
      }
    }
    lastLine.ifPresent(output);
  }

  private static BlockStore open(ServedChain chain, String name, Path dataPath) {
    if (!LevelDbBlockStore.exists(dataPath)) {
      return StoreRemarks.logged(LevelDbBlockStore.open(dataPath, FilePeers.root(chain, name)));
    }
    BlockStore store = StoreRemarks.logged(LevelDbBlockStore.open(dataPath));
    try {
      FilePeers.requireChainOf(store.root(), chain, name);
      return store;
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private static String line(SyncSummary summary, Progress progress) {
    double seconds = summary.elapsedNanos() / NANOS_PER_SECOND;
    Progress.Counters counters = progress.counters();
    return String.format(
        Locale.ROOT,
        "synced blocks=%d number=%d tip=%s seconds=%.2f blocks_per_second=%.0f refetched=%d"
            + " hedged=%d peers_banned=%d",
        summary.blocks(),
        summary.tip().number(),
        summary.tip().hash(),
        seconds,
        summary.blocks() / Math.max(seconds, 1e-3),
        counters.refetched(),
        counters.hedged(),
        counters.peersBanned());
  }
}
