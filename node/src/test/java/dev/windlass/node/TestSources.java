package dev.windlass.node;

import dev.windlass.chain.store.BlockStore;
import dev.windlass.p2p.mirror.EraCache;
import dev.windlass.p2p.mirror.EraPeers;
import dev.windlass.p2p.rpc.HeadSource;
import dev.windlass.p2p.rpc.RpcPeers;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.jsonrpc.RpcClients;
import dev.windlass.wire.jsonrpc.RpcUrl;
import java.util.List;
import java.util.Optional;

/** Sources of blocks beside devp2p, which are closed before their node. */
final class TestSources {
  private TestSources() {}

  /** Connects to a node that answers JSON-RPC. */
  static void connectRpc(Node node, BlockStore store, String url) {
    RpcPeers peers =
        new RpcPeers(
            RpcClients.unlimited(node.vertx()),
            node.downloader(),
            node.peers(),
            new StoredChain(store),
            HeadSource.LOOK,
            () -> {});
    node.closeBefore(peers::close);
    peers.connect(List.of(RpcUrl.parse(url)));
  }

  /** Connects to no folder of era files yet. */
  static EraPeers eras(Node node, EraPeers.Trusted trusted, EraCache cache) {
    EraPeers peers =
        new EraPeers(
            node.vertx(), node.downloader(), node.peers(), Optional.empty(), trusted, cache);
    node.closeBefore(peers::close);
    return peers;
  }
}
