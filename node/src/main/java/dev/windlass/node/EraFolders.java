package dev.windlass.node;

import dev.windlass.chain.Hash;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.History;
import dev.windlass.downloader.links.StoreChange;
import dev.windlass.downloader.verticle.DownloaderListener;
import dev.windlass.p2p.mirror.EraCache;
import dev.windlass.p2p.mirror.EraPeers;
import dev.windlass.wire.devp2p.Workers;
import dev.windlass.wire.files.AccumulatorRoots;
import dev.windlass.wire.files.EraName;
import dev.windlass.wire.mirror.MirrorLimits;
import dev.windlass.wire.mirror.MirrorUrl;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The folders of era files that a node syncs from: mirrors, and folders of this machine. */
public final class EraFolders {
  private final List<MirrorUrl> mirrors;
  private final List<Path> folders;
  private final Optional<String> network;
  private final Map<Hash, Long> numbers = new HashMap<>();
  private final EraCache cache;
  private final AccumulatorRoots roots;
  private volatile Node node;

  /** The era of the tip. Only the downloader's context uses it. */
  private long tipEra = -1;

  private EraFolders(NodeConfig config) {
    mirrors = config.mirrors();
    folders = config.eraFolders();
    network = config.eraNetwork();
    // A limited history may end above any era.
    boolean isWhole = config.history().equals(History.ALL);
    roots = isWhole ? config.checkpoints().accumulators() : AccumulatorRoots.NONE;
    config.checkpoints().named().forEach(block -> numbers.put(block.hash(), block.number()));
    cache = new EraCache(DataPath.eraCache(config.dataPath()), config.limits().eraCacheBytes());
  }

  /** Those of a configuration. Lists none yet. */
  public static EraFolders of(NodeConfig config) {
    return new EraFolders(config);
  }

  /** Removes the files of which all blocks are stored. It listens to the node from its start. */
  public DownloaderListener listener() {
    return new DownloaderListener() {
      @Override
      public void changed(StoreChange change, long elapsedNanos) {
        stored(change.tip().number());
      }
    };
  }

  private void stored(long tip) {
    long era = EraName.eraOf(tip + 1);
    if (era != tipEra && node != null && !mirrors.isEmpty()) {
      tipEra = era;
      Workers.run(
          node.vertx(),
          () -> {
            cache.storedUpTo(tip);
            return null;
          });
    }
  }

  /** Begins to list them. They are closed before the node. */
  public void connectTo(Node newNode, BlockStore store) {
    connectTo(newNode, store, MirrorLimits.DEFAULT);
  }

  void connectTo(Node newNode, BlockStore store, MirrorLimits limits) {
    node = newNode;
    EraPeers peers =
        new EraPeers(
            newNode.vertx(),
            newNode.downloader(),
            newNode.peers(),
            network,
            new EraPeers.Trusted(numbers, roots),
            cache);
    newNode.closeBefore(peers::close);
    peers.connectMirrors(mirrors, limits);
    cache.storedUpTo(store.tip().number());
    peers.connectFolders(folders);
  }
}
