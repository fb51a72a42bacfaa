package dev.windlass.server.cli;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Head;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.Trust;
import dev.windlass.node.BlockChecks;
import dev.windlass.node.DataPath;
import dev.windlass.node.EraFolders;
import dev.windlass.node.EthNetwork;
import dev.windlass.node.FilePeers;
import dev.windlass.node.GenesisOfNode;
import dev.windlass.node.HeadBoard;
import dev.windlass.node.MemoryPlan;
import dev.windlass.node.Node;
import dev.windlass.node.NodeConfig;
import dev.windlass.node.NodeSetup;
import dev.windlass.node.RpcNodes;
import dev.windlass.node.StartCheck;
import dev.windlass.server.NodeService;
import dev.windlass.server.StopSignal;
import dev.windlass.server.show.Terminal;
import dev.windlass.store.SnappyLibrary;
import dev.windlass.vector.FastestLanes;
import dev.windlass.wire.files.IndexFolder;
import dev.windlass.wire.network.Network;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code windlass run}: a node that runs until it is stopped. */
@Command(
    name = "run",
    description = {
      "Runs a node until it is stopped. It syncs the heads that are announced to it,"
          + " and serves health, status and metrics.",
      "",
      "A head is announced with --anchor, by the nodes of --head-source, or later with"
          + " POST /v1/heads. Without --anchor and --head-source the heads of the nodes in"
          + " --peers are followed. A new store begins"
          + " with the genesis of the network, or with the lowest block of the files in"
          + " --peers."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    optionListHeading = "%nOptions:%n")
final class RunCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  private final StopSignal stop;

  @Mixin private final NodeOptions options = new NodeOptions();

  @ArgGroup(validate = false, heading = "%nLog:%n")
  private final LogOptions log = new LogOptions();

  @Spec private CommandSpec spec;

  RunCommand(StopSignal stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() {
    // A signal during the start takes effect at its end.
    CompletableFuture<Void> stopped = stop.watch();
    Optional<Terminal> terminal = log.apply();
    NodeConfig config = options.config();
    DataPathOption.refuse(spec, "--data-path", config.dataPath(), DataPath.make(config.dataPath()));
    SnappyLibrary.unpackInto(config.dataPath());
    FastestLanes.start();
    IndexFolder indexes = IndexFolder.at(DataPath.fileIndexes(config.dataPath()));
    try (FilePeers files = FilePeers.of(config, indexes);
        StartCheck check = StartCheck.of(config, files);
        BlockChecks checks = BlockChecks.of(config)) {
      EthNetwork network = EthNetwork.of(config);
      RpcNodes rpc = RpcNodes.of(config);
      EraFolders eras = EraFolders.of(config);
      Optional<BlockStore> taken = store(config, check, stopped);
      if (taken.isEmpty()) {
        return 0;
      }
      BlockStore store = taken.get();
      Trust trust = config.checkpoints().trust(store, checks.check());
      MemoryPlan memory = config.limits().memory();
      NodeSetup setup =
          config.followsPeers()
              ? NodeSetup.following(memory, trust, config.tipAgeMax())
                  .waitingForBlocks(config.limits().announcedWait())
              : NodeSetup.ofOperator(memory, trust);
      try (NodeService service =
          NodeService.start(
              store,
              terminal,
              setup.with(config.history()).with(rpc.listener()).with(eras.listener()))) {
        Node node = service.node();
        CompletableFuture<?> synced =
            options.exitsWhenSynced()
                ? node.untilSynced(config.anchor().orElseThrow())
                : new CompletableFuture<Void>();
        service.serveHttp(config.http());
        if (config.metrics().isEnabled()) {
          service.serveMetrics(config.metrics());
        }
        node.keepTo(config.limits().bandwidth());
        // Before a peer is there: what it serves is checked by what the operator trusts.
        config.anchor().ifPresent(head -> node.announce(HeadBoard.Source.ANCHOR, Head.of(head)));
        files.connectTo(node, store.genesis());
        network.connectTo(node, store);
        rpc.connectTo(node, store);
        eras.connectTo(node, store);
        hint(config);
        node.awaitAny(
            stopped,
            synced,
            config.isOnNetwork() ? new CompletableFuture<>() : files.untilUseless());
      }
    }
    return 0;
  }

  /** The store, unless the user has stopped the start. */
  private static Optional<BlockStore> store(
      NodeConfig config, StartCheck check, CompletableFuture<Void> stopped) {
    if (check.lacksRoot()) {
      Optional<Block> genesis = GenesisOfNode.await(config, stopped);
      if (genesis.isEmpty()) {
        Node.logStopped();
        return Optional.empty();
      }
      check.beginWith(genesis.get());
    }
    BlockStore store = check.take();
    if (stopped.isDone()) {
      BlockId tip = store.tip();
      store.close();
      Node.logStopped(tip);
      return Optional.empty();
    }
    return Optional.of(store);
  }

  /** Logs which options are missing if the node cannot sync without them. */
  private static void hint(NodeConfig config) {
    if (config.peers().isEmpty() && !config.p2p().isEnabled()) {
      LOG.info(
          "No peer is named: give nodes or files with --peers (WINDLASS_PEERS),"
              + " such as enode://KEY@HOST:30303");
    }
    boolean isOnDefault =
        config.genesis().isEmpty()
            && config.network().equals(Network.MAINNET)
            && config.isOnJsonRpcOnly();
    if (isOnDefault) {
      LOG.info(
          "No network is named, so the chain is mainnet: --network rpc takes the genesis of the node"
              + " instead");
    }
    boolean isHeadNamed = config.anchor().isPresent() || !config.heads().sources().isEmpty();
    if (!isHeadNamed && !config.followsPeers()) {
      LOG.info(
          "No head is named: give a trusted hash with --anchor (WINDLASS_ANCHOR) or POST /v1/heads,"
              + " a node with --head-source, or follow the nodes of --peers");
    }
  }
}
