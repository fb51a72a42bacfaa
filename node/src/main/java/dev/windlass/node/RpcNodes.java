package dev.windlass.node;

import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.verticle.DownloaderListener;
import dev.windlass.p2p.rpc.HeadSource;
import dev.windlass.p2p.rpc.RpcPeers;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.jsonrpc.RpcClients;

/** A node's JSON-RPC nodes: its peers, and the sources of its heads. */
public final class RpcNodes {
  private final NodeConfig config;
  private final SourcedHeads heads = new SourcedHeads(System::nanoTime);

  private RpcNodes(NodeConfig config) {
    this.config = config;
  }

  /** Those of a configuration. Connects to none yet. */
  public static RpcNodes of(NodeConfig config) {
    return new RpcNodes(config);
  }

  /** What must listen to the downloader of the node from its start. */
  public DownloaderListener listener() {
    return heads;
  }

  /** Begins to connect to them. They are closed before the node. */
  public void connectTo(Node node, BlockStore store) {
    StoredChain chain = new StoredChain(store);
    RpcClients clients =
        new RpcClients(node.vertx(), config.limits().rpcRateMax(), node.rpc()::rateLimited);
    RpcPeers connections =
        new RpcPeers(
            clients, node.downloader(), node.peers(), chain, HeadSource.LOOK, node::heardOfHead);
    node.closeBefore(connections::close);
    connections.connect(config.rpcPeers());
    if (!config.heads().sources().isEmpty()) {
      heads.announceTo(node);
      HeadSources sources = new HeadSources(config.heads(), heads, node.rpc(), System::nanoTime);
      node.closeBefore(sources::close);
      sources.connect(clients, chain, HeadSource.LOOK);
    }
  }
}
