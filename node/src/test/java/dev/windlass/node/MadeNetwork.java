package dev.windlass.node;

import dev.windlass.downloader.History;
import dev.windlass.sim.ChainMaker;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.network.ForkSchedule;
import dev.windlass.wire.network.Network;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A private network over a made chain, and the configuration of its nodes. */
final class MadeNetwork {
  private MadeNetwork() {}

  static Network of(ChainMaker chain) {
    return new Network(
        "made",
        7332,
        chain.genesis().hash(),
        new ForkSchedule(chain.genesis().hash(), 0, List.of(), List.of()));
  }

  /** A node that syncs what it is told, with the light check, and serves no HTTP. */
  static NodeConfig node(
      ChainMaker chain, Path dataPath, NodeConfig.P2p p2p, NodeLimits limits, List<Enode> peers) {
    return new NodeConfig(
        dataPath,
        of(chain),
        Optional.of(chain.block(0)),
        Optional.empty(),
        NodeConfig.Heads.NONE,
        NodeConfig.Checkpoints.NONE,
        false,
        History.ALL,
        Optional.empty(),
        peers.stream().<PeerSource>map(PeerSource.NodePeer::new).toList(),
        limits,
        p2p,
        new NodeConfig.Http("127.0.0.1", 0, Optional.empty(), List.of()),
        new NodeConfig.Metrics(false, "127.0.0.1", 0));
  }
}
