package dev.windlass.server.cli;

import dev.windlass.node.NodeConfig;
import dev.windlass.p2p.rpc.HeadSource;
import dev.windlass.wire.jsonrpc.RpcUrl;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options for nodes that name heads. */
final class HeadOptions {
  @Option(
      names = "--head-source",
      paramLabel = "URL",
      split = Elements.SEPARATOR,
      splitSynopsisLabel = ",",
      converter = OptionConverters.Rpc.class,
      description =
          "A node whose head is synced again and again, and trusted like --anchor: http://HOST:PORT"
              + " or ws://HOST:PORT, also https and wss. Over ws it reports each new head at once.")
  private List<RpcUrl> sources = new ArrayList<>();

  @Option(
      names = "--head-tag",
      paramLabel = "TAG",
      converter = OptionConverters.HeadTag.class,
      defaultValue = "finalized",
      description =
          "Which block of a --head-source is its head: finalized, safe or latest (default:"
              + " ${DEFAULT-VALUE}).")
  private HeadSource.Tag tag;

  NodeConfig.Heads config(RpcOptions.Tokens tokens) {
    return new NodeConfig.Heads(sources.stream().map(tokens::with).toList(), tag);
  }
}
