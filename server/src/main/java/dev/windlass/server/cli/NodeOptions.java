package dev.windlass.server.cli;

import dev.windlass.chain.Hash;
import dev.windlass.node.NodeConfig;
import dev.windlass.node.PeerSource;
import dev.windlass.server.show.GenesisLines;
import dev.windlass.wire.network.GenesisFile;
import dev.windlass.wire.network.GenesisFileException;
import dev.windlass.wire.network.Network;
import dev.windlass.wire.network.PublicGenesis;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of a node, and the configuration that they add up to. */
final class NodeOptions {
  // Read by ConfiguredDefaults, through the command's specification.
  @SuppressWarnings("UnusedVariable")
  @Mixin
  private final ConfigFileOption configFile = new ConfigFileOption();

  @Mixin private final DataPathOption dataPath = new DataPathOption();

  @Option(
      names = "--network",
      paramLabel = "NAME",
      converter = OptionConverters.NamedNetwork.class,
      description =
          "The network whose nodes are connected to: mainnet, sepolia, hoodi or holesky"
              + " (default: mainnet).")
  private Network network;

  @Option(
      names = "--genesis-file",
      paramLabel = "FILE",
      converter = OptionConverters.FilePath.class,
      description =
          "The genesis of any other network, as geth or Besu takes it: says when its rules change,"
              + " and with which block its chain begins.")
  private Path genesisFile;

  @Option(
      names = "--network-id",
      paramLabel = "ID",
      converter = OptionConverters.NetworkId.class,
      description =
          "What the nodes of the network compare, if it is not the chain id: 1 for Ethereum"
              + " Classic, 2018 for besu --network=dev (default: the chain id).")
  private Long networkId;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--peers",
      paramLabel = "PEER",
      split = Elements.SEPARATOR,
      splitSynopsisLabel = ",",
      converter = OptionConverters.Peer.class,
      description =
          "Where blocks come from: nodes of the network (enode://KEY@HOST:PORT), and files"
              + " (file:PATH) of concatenated RLP, plain or gzip, or era files. Several"
              + " are separated by commas, or the option is repeated; a comma in a path has a"
              + " backslash before it.")
  private List<PeerSource> peers = new ArrayList<>();

  @Option(
      names = "--trusted-peers",
      paramLabel = "ENODE",
      split = Elements.SEPARATOR,
      splitSynopsisLabel = ",",
      converter = OptionConverters.TrustedPeer.class,
      description =
          "Nodes of the network as in --peers that are never banned: after a wrong answer one is"
              + " left alone for a minute, then for longer.")
  private List<PeerSource> trustedPeers = new ArrayList<>();

  @Option(
      names = "--anchor",
      paramLabel = "HASH",
      converter = OptionConverters.BlockHash.class,
      description =
          "The head hash to sync at once. It is trusted; everything else is proven by it.")
  private Hash anchor;

  @Option(
      names = "--exit-when-synced",
      paramLabel = "true|false",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description = "Ends with exit code 0 once the head of --anchor is synced.")
  private boolean exitsWhenSynced;

  @ArgGroup(validate = false, heading = "%nPeer to peer:%n")
  private final P2pOptions p2p = new P2pOptions();

  @ArgGroup(validate = false, heading = "%nHTTP:%n")
  private final HttpOptions http = new HttpOptions();

  @ArgGroup(validate = false, heading = "%nMetrics:%n")
  private final MetricsOptions metrics = new MetricsOptions();

  /** What they add up to; what they contradict in is refused. */
  NodeConfig config() {
    if (exitsWhenSynced && anchor == null) {
      throw new ParameterException(
          spec.commandLine(), "--exit-when-synced needs --anchor: it says when that is");
    }
    Optional<GenesisFile> genesis = Optional.ofNullable(genesisFile).map(this::read);
    // No default of the option itself: if it is given, files must be of that network.
    Optional<Network> named = Optional.ofNullable(network);
    if (genesis.isEmpty() && network == null) {
      network = Network.MAINNET;
    }
    NodeConfig config =
        new NodeConfig(
            dataPath.toWrite(),
            withId(genesis.map(GenesisFile::network).orElse(network)),
            genesis
                .map(GenesisFile::block)
                .or(() -> named.map(Network::genesis).flatMap(PublicGenesis::withHash)),
            Optional.ofNullable(anchor),
            allPeers(),
            p2p.config(),
            http.config(),
            metrics.config());
    requireDistinctPorts(config);
    return config;
  }

  private Network withId(Network of) {
    return networkId == null ? of : of.withId(networkId);
  }

  /** Each second request would go to the wrong server. */
  private void requireDistinctPorts(NodeConfig config) {
    Map<Integer, String> taken = new HashMap<>();
    requireDistinct(taken, config.http().port(), "--rpc-http-port");
    if (config.metrics().isEnabled()) {
      requireDistinct(taken, config.metrics().port(), "--metrics-port");
    }
    if (config.p2p().isEnabled()) {
      requireDistinct(taken, config.p2p().port(), "--p2p-port");
    }
  }

  private void requireDistinct(Map<Integer, String> taken, int port, String name) {
    String other = port == 0 ? null : taken.put(port, name);
    if (other != null) {
      throw new ParameterException(
          spec.commandLine(), other + " and " + name + " are both " + port + ": give each its own");
    }
  }

  private List<PeerSource> allPeers() {
    List<PeerSource> all = new ArrayList<>(peers);
    all.addAll(trustedPeers);
    return all;
  }

  private GenesisFile read(Path file) {
    if (network != null) {
      throw new ParameterException(
          spec.commandLine(), "--network and --genesis-file both name a network: give one of them");
    }
    try {
      return GenesisFile.read(file, new GenesisLines(file, System::nanoTime));
    } catch (GenesisFileException e) {
      throw new ParameterException(spec.commandLine(), "--genesis-file: " + e.getMessage(), e);
    }
  }

  boolean exitsWhenSynced() {
    return exitsWhenSynced;
  }
}
