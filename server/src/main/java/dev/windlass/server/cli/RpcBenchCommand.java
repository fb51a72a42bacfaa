package dev.windlass.server.cli;

import dev.windlass.bench.RpcBench;
import dev.windlass.vector.FastestLanes;
import dev.windlass.wire.jsonrpc.RpcUrl;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code windlass bench rpc}. */
@Command(
    name = "rpc",
    description = {
      "Measures how fast the whole chain of a JSON-RPC node is synced, proven and stored.",
      "",
      "A client that reads the same blocks, and stores nothing, gives the upper bound."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    optionListHeading = "%nOptions:%n")
final class RpcBenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--from",
      paramLabel = "URL",
      required = true,
      split = Elements.SEPARATOR,
      splitSynopsisLabel = ",",
      converter = OptionConverters.Rpc.class,
      description = "Nodes with the same chain. All of them are peers of each sync.")
  private List<RpcUrl> from = new ArrayList<>();

  @Option(
      names = "--rounds",
      paramLabel = "COUNT",
      converter = OptionConverters.Rounds.class,
      defaultValue = "3",
      description = "The number of syncs. The best one counts (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Override
  public Integer call() {
    FastestLanes.start();
    spec.commandLine().getOut().println(RpcBench.run(new RpcBench.Options(from, rounds)));
    return 0;
  }
}
