package dev.windlass.bench;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.node.HeadBoard;
import dev.windlass.node.JobFailedException;
import dev.windlass.node.Node;
import dev.windlass.p2p.rpc.HeadSource;
import dev.windlass.p2p.rpc.RpcPeers;
import dev.windlass.store.LevelDbBlockStore;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.jsonrpc.RpcBlocks;
import dev.windlass.wire.jsonrpc.RpcClients;
import dev.windlass.wire.jsonrpc.RpcUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * Measures syncs from running JSON-RPC nodes into LevelDB, each block proven.
 *
 * <p>Each figure is the best of some rounds, each with its own store. The rounds alternate with a
 * bare client that reads the bytes of the same blocks from the first node and does nothing with
 * them. Its rate is the upper bound that this node allows.
 */
public final class RpcBench {
  /**
   * The options of the syncs.
   *
   * @param from nodes with the same chain. Each sync has all of them as its peers
   * @param rounds the number of syncs. The best one counts
   */
  public record Options(List<RpcUrl> from, int rounds) {
    public Options {
      from = List.copyOf(from);
    }
  }

  private final Path folder;
  private final Options options;

  private RpcBench(Path folder, Options options) {
    this.folder = folder;
    this.options = options;
  }

  /** Returns one line of figures. */
  public static String run(Options options) {
    try (BenchFolder folder = BenchFolder.make("bench-rpc")) {
      return new RpcBench(folder.path(), options).measure();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String measure() {
    RpcUrl first = options.from().get(0);
    Chain chain = chainOf(first);
    double best = 0;
    double ceiling = 0;
    long bytes = 0;
    for (int round = 0; round < options.rounds(); round++) {
      SyncSummary summary = sync(chain, folder.resolve("store-" + round));
      best = Math.max(best, summary.blocks() / (summary.elapsedNanos() / 1e9));
      BareRpcClient.Read read = BareRpcClient.read(first, chain.head.number());
      ceiling = Math.max(ceiling, read.blocksPerSecond());
      bytes = read.bytes();
    }
    return String.format(
        Locale.ROOT,
        "rpc nodes=%d blocks=%d json_bytes=%d blocks_per_second=%.0f"
            + " ceiling_blocks_per_second=%.0f of_ceiling=%.2f",
        options.from().size(),
        chain.head.number(),
        bytes,
        best,
        ceiling,
        best / ceiling);
  }

  private record Chain(Block genesis, Head head) {}

  private static Chain chainOf(RpcUrl url) {
    Vertx vertx = Node.makeVertx();
    try {
      RpcBlocks blocks = RpcClients.unlimited(vertx).open(url, limit -> {}, read -> {});
      Block genesis = asked(url, blocks.genesis()).block();
      Head head =
          asked(url, blocks.head("latest"))
              .orElseThrow(() -> new JobFailedException(url + ": it has no newest block"));
      Node.await(blocks.close());
      return new Chain(genesis, head);
    } finally {
      Node.await(Node.close(vertx));
    }
  }

  private static <T> T asked(RpcUrl url, Future<T> answer) {
    return Node.await(
        answer.recover(
            failure ->
                Future.failedFuture(new JobFailedException(url + ": " + failure.getMessage()))));
  }

  private SyncSummary sync(Chain chain, Path to) {
    BlockStore store = LevelDbBlockStore.open(to, chain.genesis);
    try (Node node = Node.start(store, DownloaderLimits.DEFAULT.withoutPeersHeads())) {
      Hash head = chain.head.hash();
      CompletableFuture<SyncSummary> synced = node.untilSynced(head);
      RpcPeers peers =
          new RpcPeers(
              RpcClients.unlimited(node.vertx()),
              node.downloader(),
              node.peers(),
              new StoredChain(store),
              HeadSource.LOOK,
              () -> {});
      node.closeBefore(peers::close);
      peers.connect(options.from());
      node.announce(HeadBoard.Source.ANCHOR, Head.of(head));
      node.awaitAny(synced);
      return synced.join();
    }
  }
}
