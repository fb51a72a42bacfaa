package dev.windlass.server.cli;

import dev.windlass.node.NodeConfig;
import dev.windlass.wire.devp2p.Capability;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options for connections of other nodes. */
final class P2pOptions {
  @Option(
      names = "--p2p-enabled",
      paramLabel = "true|false",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description = "Whether other nodes may connect and be served (default: ${DEFAULT-VALUE}).")
  private boolean isEnabled;

  @Option(
      names = "--p2p-host",
      paramLabel = "HOST",
      converter = OptionConverters.Host.class,
      defaultValue = "127.0.0.1",
      description = "The address to listen on. 0.0.0.0 is all of them (default: ${DEFAULT-VALUE}).")
  private String host;

  @Option(
      names = "--p2p-port",
      paramLabel = "PORT",
      converter = OptionConverters.Port.class,
      defaultValue = "" + NodeConfig.P2p.PORT,
      description = "The port to listen on. 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--protocols",
      paramLabel = "eth/NN",
      split = Elements.SEPARATOR,
      splitSynopsisLabel = ",",
      converter = OptionConverters.Protocol.class,
      description =
          "The protocols for nodes, separated by commas. A connection uses the highest"
              + " that both ends support (default: all, eth/60, 61 and 66 to 69).")
  private List<Capability> protocols = new ArrayList<>(NodeConfig.P2p.PROTOCOLS);

  NodeConfig.P2p config() {
    return new NodeConfig.P2p(isEnabled, host, port, protocols);
  }
}
