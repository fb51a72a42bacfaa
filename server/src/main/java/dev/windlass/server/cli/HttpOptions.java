package dev.windlass.server.cli;

import dev.windlass.node.NodeConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Who may reach the endpoints for health, status and heads, and where. */
final class HttpOptions {
  @Option(
      names = "--rpc-http-host",
      paramLabel = "HOST",
      converter = OptionConverters.Host.class,
      defaultValue = "127.0.0.1",
      description = "The address to listen on; 0.0.0.0 is all of them (default: ${DEFAULT-VALUE}).")
  private String host;

  @Option(
      names = "--rpc-http-port",
      paramLabel = "PORT",
      converter = OptionConverters.Port.class,
      defaultValue = "" + NodeConfig.Http.PORT,
      description = "The port to listen on; 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--rpc-http-token",
      paramLabel = "TOKEN",
      converter = OptionConverters.Token.class,
      description =
          "What another machine must send (Authorization: Bearer TOKEN) to announce a head. Without"
              + " a token only this machine may.")
  private String token;

  @Option(
      names = "--host-allowlist",
      paramLabel = "NAME",
      split = Elements.SEPARATOR,
      splitSynopsisLabel = ",",
      converter = OptionConverters.AllowedName.class,
      defaultValue = "localhost",
      description =
          "The names by which a request may address this node; addresses always pass, and * is any"
              + " name (default: ${DEFAULT-VALUE}).")
  private List<String> hostAllowlist = new ArrayList<>();

  NodeConfig.Http config() {
    return new NodeConfig.Http(
        host, port, Optional.ofNullable(token).filter(t -> !t.isBlank()), hostAllowlist);
  }
}
