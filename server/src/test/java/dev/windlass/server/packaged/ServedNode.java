package dev.windlass.server.packaged;

import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.ListedChain;
import dev.windlass.server.NetworkChain;
import dev.windlass.server.interop.Nodes;
import dev.windlass.wire.jsonrpc.RpcNode;
import dev.windlass.wire.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * A node of mainnet on free ports of loopback: it serves a made chain to peers, and a store that
 * has the same chain lies beside it.
 *
 * @param enode where peers reach it
 * @param http where its HTTP is
 * @param head its newest block
 * @param rpc a node that answers JSON-RPC, with another chain
 * @param store a data path with all of its blocks, which no process uses
 */
record ServedNode(String enode, String http, String rpc, Hash head, Path store) {
  static final int BLOCKS = 400;
  private static final Duration STORED_MAX = Duration.ofSeconds(60);

  static ServedNode start(BuiltTree tree, Nodes nodes) throws IOException {
    Path file = nodes.data("chain.rlp");
    Hash head = NetworkChain.write(file, Network.MAINNET, BLOCKS);
    Path store = nodes.data("store");
    Map<String, String> variables =
        Map.of(
            "WINDLASS_NETWORK", "mainnet",
            "WINDLASS_PEERS", "file:" + file,
            "WINDLASS_ANCHOR", head.toString(),
            "WINDLASS_RPC_HTTP_PORT", "0",
            "WINDLASS_METRICS_PORT", "0");
    tree.start("windlass run --exit-when-synced --data-path " + store, variables)
        .process()
        .awaitExit(0, STORED_MAX);
    String served = "windlass run --p2p-enabled --p2p-port 0 --data-path " + nodes.data("served");
    BuiltTree.Run node = tree.start(served, variables);
    String enode = node.awaitLog("enode=\"?(enode://[^\\s\"]+)\\s");
    node.awaitLog("In sync +(number=" + BLOCKS + ") ");
    RpcNode rpc = nodes.with(new RpcNode(new ListedChain(TestBlocks.chain(BLOCKS))));
    return new ServedNode(enode, node.awaitHttp(), rpc.url(), head, store);
  }

  /** The port of its HTTP. */
  String httpPort() {
    return http.substring(http.lastIndexOf(':') + 1);
  }
}
