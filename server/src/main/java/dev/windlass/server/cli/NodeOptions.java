package dev.windlass.server.cli;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.History;
import dev.windlass.node.CurrentRule;
import dev.windlass.node.GenesisOfNode;
import dev.windlass.node.HistoryName;
import dev.windlass.node.MemoryPlan;
import dev.windlass.node.NodeConfig;
import dev.windlass.node.PeerSource;
import dev.windlass.server.show.GenesisLines;
import dev.windlass.wire.network.GenesisFile;
import dev.windlass.wire.network.GenesisFileException;
import dev.windlass.wire.network.Network;
import dev.windlass.wire.network.PublicGenesis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of a node, which make its configuration. */
final class NodeOptions {
  private static final String HISTORY = "--history";

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
          "The network whose nodes Windlass connects to: mainnet, sepolia, hoodi or holesky"
              + " (default: mainnet). With rpc, a new store begins with the genesis that a JSON-RPC"
              + " node of --head-source or --peers gives, which is trusted.")
  private Network network;

  @Option(
      names = "--genesis-file",
      paramLabel = "FILE",
      converter = OptionConverters.FilePath.class,
      description =
          "The genesis of any other network, in the form of geth or Besu. It has the"
              + " first block and the forks of the network.")
  private Path genesisFile;

  @Option(
      names = "--network-id",
      paramLabel = "ID",
      converter = OptionConverters.NetworkId.class,
      description =
          "The id that the nodes of the network compare, if it is not the chain id: 1"
              + " for Ethereum Classic, 2018 for besu --network=dev (default: the chain id).")
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
          "The sources of blocks: nodes of the network (enode://KEY@HOST:PORT), nodes that"
              + " answer JSON-RPC (http://HOST:PORT, also https, ws and wss), era mirrors"
              + " (era+https://HOST/PATH/, also http), and files (file:PATH) of concatenated RLP,"
              + " plain or gzip, or era files, or a folder of era files. A peer with preferred+"
              + " before it is asked before others. Several are separated by"
              + " commas, or the option is repeated. A comma in a path has a backslash before it.")
  private List<PeerSource> peers = new ArrayList<>();

  @Option(
      names = "--trusted-peers",
      paramLabel = "ENODE",
      split = Elements.SEPARATOR,
      splitSynopsisLabel = ",",
      converter = OptionConverters.TrustedPeer.class,
      description =
          "Nodes of the network as in --peers that get no points and are not banned. After a"
              + " proven lie such a node is not used for a minute, then for longer.")
  private List<PeerSource> trustedPeers = new ArrayList<>();

  @Option(
      names = "--anchor",
      paramLabel = "HASH",
      converter = OptionConverters.BlockHash.class,
      description =
          "The head hash to sync at once. It is trusted, and everything else is proven by it.")
  private Hash anchor;

  @Option(
      names = HISTORY,
      paramLabel = "HISTORY",
      converter = OptionConverters.Wanted.class,
      defaultValue = "all",
      description =
          "Which blocks are fetched, from the first synced head down: all, postmerge, postcancun,"
              + " postprague, a count of blocks, or the hash of the lowest block. A later start with"
              + " more history fetches what is missing. Less history deletes nothing without"
              + " --prune (default: ${DEFAULT-VALUE}).")
  private HistoryName history;

  @Option(
      names = "--prune",
      paramLabel = "true|false",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description =
          "Delete the stored blocks below the wanted --history, but not the newest 1,024 blocks"
              + " (default: ${DEFAULT-VALUE}).")
  private boolean prunes;

  @Option(
      names = "--exit-when-synced",
      paramLabel = "true|false",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description = "Ends with exit code 0 once the head of --anchor is synced.")
  private boolean exitsWhenSynced;

  @Option(
      names = "--tip-age-max",
      paramLabel = "TIME",
      converter = OptionConverters.TipAge.class,
      description =
          "How old the newest stored block may be while the node counts as in sync and announces"
              + " blocks, if it follows the nodes of --peers: a time such as 30m, 24h or 7d, or none"
              + " (default: 24h on a public network, else none).")
  private Duration tipAge;

  @ArgGroup(validate = false, heading = "%nHeads:%n")
  private final HeadOptions heads = new HeadOptions();

  @ArgGroup(validate = false, heading = "%nJSON-RPC nodes:%n")
  private final RpcOptions rpc = new RpcOptions();

  @ArgGroup(validate = false, heading = "%nPeer to peer:%n")
  private final P2pOptions p2p = new P2pOptions();

  @ArgGroup(validate = false, heading = "%nHTTP:%n")
  private final HttpOptions http = new HttpOptions();

  @ArgGroup(validate = false, heading = "%nMetrics:%n")
  private final MetricsOptions metrics = new MetricsOptions();

  @ArgGroup(validate = false, heading = "%nCheckpoints:%n")
  private final CheckpointOptions checkpoints = new CheckpointOptions();

  @ArgGroup(validate = false, heading = "%nLimits:%n")
  private final LimitOptions limits = new LimitOptions();

  /** The configuration from these options. Contradictions are refused. */
  NodeConfig config() {
    if (exitsWhenSynced && anchor == null) {
      throw new ParameterException(
          spec.commandLine(), "--exit-when-synced needs --anchor, the head to sync");
    }
    Optional<GenesisFile> genesis = Optional.ofNullable(genesisFile).map(this::read);
    // The option has no default, since files must be of the network that it names.
    Optional<Network> named = Optional.ofNullable(network);
    if (genesis.isEmpty() && network == null) {
      network = Network.MAINNET;
    }
    RpcOptions.Tokens tokens = rpc.tokens(spec);
    Network of = withId(genesis.map(GenesisFile::network).orElse(network));
    NodeConfig config =
        new NodeConfig(
            dataPath.toWrite(),
            of,
            genesis
                .map(GenesisFile::block)
                .or(() -> named.map(Network::genesis).flatMap(PublicGenesis::withHash)),
            Optional.ofNullable(anchor),
            heads.config(tokens, spec),
            checkpoints.config(of, spec),
            checkpoints.isCheckedFully(),
            history(of),
            tipAgeMax(genesis.isEmpty() && !of.equals(GenesisOfNode.NETWORK)),
            allPeers(tokens),
            limits.config(rpc.rateMax()),
            p2p.config(),
            http.config(),
            metrics.config());
    tokens.requireAllUsed();
    requireJsonRpc(config);
    requireDistinctPorts(config);
    requireMemory(config);
    requireSlots(config);
    return config;
  }

  private History history(Network of) {
    try {
      History wanted = history.on(of);
      if (prunes && history.equals(HistoryName.ALL)) {
        throw new IllegalArgumentException("--prune deletes nothing if all history is wanted");
      }
      return prunes ? wanted.pruning() : wanted;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), HISTORY + ": " + e.getMessage(), e);
    }
  }

  /** On a private network the last block may be old, and still be the newest. */
  private Optional<Duration> tipAgeMax(boolean isPublic) {
    if (tipAge == null) {
      return isPublic ? Optional.of(CurrentRule.TIP_AGE_MAX) : Optional.empty();
    }
    return Optional.of(tipAge).filter(age -> !age.isZero());
  }

  private Network withId(Network of) {
    return networkId == null ? of : of.withId(networkId);
  }

  /** Other nodes compare more of a network than its genesis. */
  private void requireJsonRpc(NodeConfig config) {
    if (!GenesisOfNode.NETWORK.equals(network)) {
      return;
    }
    if (config.rpcPeers().isEmpty() && config.heads().sources().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--network rpc needs a JSON-RPC node: name it with --head-source or --peers");
    }
    if (config.hasNodes() || config.p2p().isEnabled() || networkId != null) {
      throw new ParameterException(
          spec.commandLine(),
          "--network rpc is for JSON-RPC nodes only: give --genesis-file for enode://, --p2p-enabled"
              + " and --network-id");
    }
  }

  private void requireMemory(NodeConfig config) {
    config
        .limits()
        .memory()
        .objection(Runtime.getRuntime().maxMemory())
        .filter(why -> !config.limits().memory().equals(MemoryPlan.DEFAULT))
        .ifPresent(
            why -> {
              throw new ParameterException(spec.commandLine(), LimitOptions.MEMORY + ": " + why);
            });
  }

  private void requireSlots(NodeConfig config) {
    int max = config.limits().peersMax();
    long named = config.namedNodes();
    if (named > max) {
      throw new ParameterException(
          spec.commandLine(),
          LimitOptions.PEERS + " " + max + " is less than the " + named + " nodes of --peers");
    }
    if (config.p2p().isEnabled() && named == max) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(
              "%s %d leaves no slot for other nodes beside the %d of --peers: raise it, or leave"
                  + " out --p2p-enabled",
              LimitOptions.PEERS, max, named));
    }
  }

  /** Refuses equal ports, since a part of the requests would reach the wrong server. */
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

  private List<PeerSource> allPeers(RpcOptions.Tokens tokens) {
    return Stream.concat(peers.stream(), trustedPeers.stream())
        .map(peer -> peer instanceof PeerSource.Preferred preferred ? preferred.peer() : peer)
        .map(tokens::with)
        .toList();
  }

  /** The peers that are asked before others. */
  Set<PeerId> preferred() {
    return peers.stream()
        .filter(PeerSource.Preferred.class::isInstance)
        .map(PeerSource::id)
        .collect(Collectors.toUnmodifiableSet());
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
