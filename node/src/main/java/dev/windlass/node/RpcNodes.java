package dev.windlass.node;

import dev.windlass.chain.store.BlockStore;
import dev.windlass.p2p.rpc.HeadSource;
import dev.windlass.p2p.rpc.RpcPeers;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.jsonrpc.RpcUrl;

/** A node's JSON-RPC nodes: its peers, and the sources of its heads. */
public final class RpcNodes {
  private RpcNodes() {}

  /** Begins to connect to them. They are closed before the node. */
  public static void connectTo(Node node, BlockStore store, NodeConfig config) {
    RpcPeers peers =
        new RpcPeers(
            node.vertx(),
            node.downloader(),
            node.peers(),
            new StoredChain(store),
            HeadSource.LOOK,
            node::heardOfHead);
    node.closeBefore(peers::close);
    peers.connect(config.rpcPeers());
    for (RpcUrl url : config.heads().sources()) {
      SourcedHeads heads = new SourcedHeads(node);
      HeadSource source =
          new HeadSource(node.vertx(), url, config.heads().tag(), HeadSource.LOOK, heads::saw);
      node.closeBefore(source::close);
      source.start();
    }
  }
}
