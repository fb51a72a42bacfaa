package dev.windlass.bench;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.node.EthNetwork;
import dev.windlass.node.HeadBoard;
import dev.windlass.node.Node;
import dev.windlass.node.NodeConfig;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.network.Network;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Makes whole nodes without HTTP for the wire benchmark. */
final class BenchRig {
  private static final NodeConfig.P2p DIALS_ONLY =
      new NodeConfig.P2p(false, "127.0.0.1", 0, NodeConfig.P2p.PROTOCOLS);
  private static final NodeConfig.P2p LISTENS =
      new NodeConfig.P2p(true, "127.0.0.1", 0, NodeConfig.P2p.PROTOCOLS);

  /** Starts a node that serves this store to all nodes that connect. It owns the store. */
  WireBench.Served serve(Network network, BlockStore store) {
    Node node = start(store);
    Enode enode =
        EthNetwork.passing(network, List.of(), LISTENS).connectTo(node, store).orElseThrow();
    return new WireBench.Served() {
      @Override
      public Enode enode() {
        return enode;
      }

      @Override
      public void close() {
        node.close();
      }
    };
  }

  /** Syncs a head from one node into a new store, and closes the store. */
  SyncSummary sync(Network network, BlockStore store, Enode from, Hash head) {
    try (Node node = start(store)) {
      CompletableFuture<SyncSummary> synced = node.untilSynced(head);
      EthNetwork.passing(network, List.of(from), DIALS_ONLY).connectTo(node, store);
      node.announce(HeadBoard.Source.ANCHOR, Head.of(head));
      node.awaitAny(synced);
      return synced.join();
    }
  }

  private static Node start(BlockStore store) {
    return Node.start(store, DownloaderLimits.DEFAULT.withoutPeersHeads());
  }
}
