package dev.windlass.node;

import dev.windlass.chain.store.ChainStore;
import dev.windlass.p2p.Announcer;
import dev.windlass.p2p.Connections;
import dev.windlass.p2p.TotalDifficulty;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.InboundLimits;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.network.LocalChain;

/** The connections of a node, of which a test sets each part. */
final class TestConnections {
  private TestConnections() {}

  static Connections of(Node node, LocalNode local, LocalChain chain, ChainStore store) {
    Announcer announcer =
        new Announcer(node.vertx(), chain, new TotalDifficulty(store), tip -> true);
    return new Connections(
        node.vertx(), node.downloader(), node.peers(), local, announcer, node::heardOfHead);
  }

  /** Lets other nodes connect, and returns where. */
  static Enode listen(Connections connections) {
    return Node.await(connections.listen("127.0.0.1", 0, InboundLimits.DEFAULT));
  }
}
