package dev.windlass.server.cli;

import dev.windlass.node.NodeConfig;
import dev.windlass.wire.devp2p.Address;
import picocli.CommandLine.Option;

/** The options that name a running node, for a command that asks it over HTTP. */
final class RunningNodeOptions {
  @Option(
      names = "--rpc-http-host",
      paramLabel = "HOST",
      converter = OptionConverters.Host.class,
      defaultValue = "127.0.0.1",
      description = "The address at which the node serves HTTP (default: ${DEFAULT-VALUE}).")
  private String host;

  @Option(
      names = "--rpc-http-port",
      paramLabel = "PORT",
      converter = OptionConverters.Port.class,
      defaultValue = "" + NodeConfig.Http.PORT,
      description = "The port at which the node serves HTTP (default: ${DEFAULT-VALUE}).")
  private int port;

  /** The host at which this machine reaches the node. */
  String host() {
    return Address.reached(host);
  }

  int port() {
    return port;
  }
}
