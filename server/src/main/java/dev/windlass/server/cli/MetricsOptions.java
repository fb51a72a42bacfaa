package dev.windlass.server.cli;

import dev.windlass.node.NodeConfig;
import picocli.CommandLine.Option;

/** The options of the endpoint for metrics. */
final class MetricsOptions {
  @Option(
      names = "--metrics-enabled",
      paramLabel = "true|false",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "true",
      description = "Whether /metrics is served (default: ${DEFAULT-VALUE}).")
  private boolean isEnabled;

  @Option(
      names = "--metrics-host",
      paramLabel = "HOST",
      converter = OptionConverters.Host.class,
      defaultValue = "127.0.0.1",
      description = "The address to listen on. 0.0.0.0 is all of them (default: ${DEFAULT-VALUE}).")
  private String host;

  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      converter = OptionConverters.Port.class,
      defaultValue = "" + NodeConfig.Metrics.PORT,
      description = "The port to listen on. 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  NodeConfig.Metrics config() {
    return new NodeConfig.Metrics(isEnabled, host, port);
  }
}
