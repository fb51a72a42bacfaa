package dev.windlass.server.cli;

import dev.windlass.node.NodeConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of the endpoints for health, status and heads. */
final class HttpOptions {
  @Option(
      names = "--rpc-http-host",
      paramLabel = "HOST",
      converter = OptionConverters.Host.class,
      defaultValue = "127.0.0.1",
      description = "The address to listen on. 0.0.0.0 is all of them (default: ${DEFAULT-VALUE}).")
  private String host;

  @Option(
      names = "--rpc-http-port",
      paramLabel = "PORT",
      converter = OptionConverters.Port.class,
      defaultValue = "" + NodeConfig.Http.PORT,
      description = "The port to listen on. 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--rpc-http-token",
      paramLabel = "TOKEN",
      converter = OptionConverters.Token.class,
      description =
          "The token that another machine must send to announce a head, as"
              + " Authorization: Bearer TOKEN. Without it only this machine may announce"
              + " heads.")
  private String token;

  @Option(
      names = "--host-allowlist",
      paramLabel = "NAME",
      split = Elements.SEPARATOR,
      splitSynopsisLabel = ",",
      converter = OptionConverters.AllowedName.class,
      defaultValue = "localhost",
      description =
          "The host names that a request may use for this node. Addresses always pass, and * is"
              + " any name (default: ${DEFAULT-VALUE}).")
  private List<String> hostAllowlist = new ArrayList<>();

  NodeConfig.Http config() {
    return new NodeConfig.Http(
        host, port, Optional.ofNullable(token).filter(t -> !t.isBlank()), hostAllowlist);
  }
}
