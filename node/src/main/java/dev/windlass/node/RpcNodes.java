package dev.windlass.node;

import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.verticle.DownloaderListener;
import dev.windlass.p2p.rpc.HeadSource;
import dev.windlass.p2p.rpc.RpcPeers;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.jsonrpc.RpcClients;
import dev.windlass.wire.jsonrpc.RpcUrl;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** A node's JSON-RPC nodes: its peers, and the sources of its heads. */
public final class RpcNodes {
  private final List<RpcUrl> peers;
  private final HeadSource.Tag tag;
  private final OptionalInt rateMax;
  private final Map<RpcUrl, SourcedHeads> sources = new LinkedHashMap<>();

  private RpcNodes(NodeConfig config) {
    peers = config.rpcPeers();
    tag = config.heads().tag();
    rateMax = config.limits().rpcRateMax();
    config.heads().sources().forEach(url -> sources.put(url, new SourcedHeads()));
  }

  /** Those of a configuration. Connects to none yet. */
  public static RpcNodes of(NodeConfig config) {
    return new RpcNodes(config);
  }

  /** What must listen to the downloader of the node from its start. */
  public DownloaderListener[] listeners() {
    return sources.values().toArray(DownloaderListener[]::new);
  }

  /** Begins to connect to them. They are closed before the node. */
  public void connectTo(Node node, BlockStore store) {
    StoredChain chain = new StoredChain(store);
    RpcClients clients = new RpcClients(node.vertx(), rateMax, node.rpc()::rateLimited);
    RpcPeers connections =
        new RpcPeers(
            clients, node.downloader(), node.peers(), chain, HeadSource.LOOK, node::heardOfHead);
    node.closeBefore(connections::close);
    connections.connect(peers);
    sources.forEach(
        (url, heads) -> {
          heads.announceTo(node);
          HeadSource source = new HeadSource(clients, url, tag, chain, HeadSource.LOOK, heads::saw);
          node.closeBefore(source::close);
          source.start();
        });
  }
}
