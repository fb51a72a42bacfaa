package dev.windlass.server.cli;

import dev.windlass.node.NodeConfig;
import dev.windlass.p2p.rpc.HeadSource;
import dev.windlass.wire.jsonrpc.RpcUrl;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options for nodes that name heads. */
final class HeadOptions {
  private static final String QUORUM = "--head-quorum";

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

  @Option(
      names = QUORUM,
      paramLabel = "COUNT",
      converter = OptionConverters.SourceCount.class,
      defaultValue = "1",
      description =
          "How many nodes of --head-source must have a head in their chain before it is synced"
              + " (default: ${DEFAULT-VALUE}).")
  private int quorum;

  NodeConfig.Heads config(RpcOptions.Tokens tokens, CommandSpec spec) {
    List<RpcUrl> distinct = sources.stream().map(tokens::with).distinct().toList();
    if (quorum > 1) {
      requireOneVoteEach(distinct, spec);
    }
    return new NodeConfig.Heads(distinct, tag, quorum);
  }

  /** A node with two addresses would have two votes. */
  private void requireOneVoteEach(List<RpcUrl> distinct, CommandSpec spec) {
    List<RpcUrl> nodes = new ArrayList<>();
    Optional<RpcUrl> again = Optional.empty();
    for (RpcUrl url : distinct) {
      if (nodes.stream().noneMatch(url::isSameNode)) {
        nodes.add(url);
      } else {
        again = Optional.of(url);
      }
    }
    if (quorum > nodes.size()) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(
              "%s %d needs as many different nodes of --head-source, and %d are given",
              QUORUM, quorum, nodes.size()));
    }
    if (again.isPresent()) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(
              "%s %d needs each node of --head-source once, and %s is named in two ways",
              QUORUM, quorum, again.get().address()));
    }
  }
}
