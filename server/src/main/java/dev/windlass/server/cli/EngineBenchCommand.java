package dev.windlass.server.cli;

import dev.windlass.bench.EngineBench;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code windlass bench engine}. */
@Command(
    name = "engine",
    description = "How fast the engine syncs, from peers in memory into a store in memory.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    optionListHeading = "%nOptions:%n")
final class EngineBenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--peers",
      paramLabel = "COUNT",
      converter = OptionConverters.Peers.class,
      defaultValue = "8",
      description = "How many peers, each with a thread of its own (default: ${DEFAULT-VALUE}).")
  private int peers;

  @Option(
      names = "--blocks",
      paramLabel = "COUNT",
      converter = OptionConverters.Blocks.class,
      defaultValue = "100000",
      description = "How long the chain is (default: ${DEFAULT-VALUE}).")
  private int blocks;

  @Option(
      names = "--latency",
      paramLabel = "TIME",
      converter = OptionConverters.Time.class,
      defaultValue = "0ms",
      description =
          "From a question to its answer, such as 50ms or 2s (default: ${DEFAULT-VALUE}).")
  private Duration latency;

  @Option(
      names = "--bad-peer",
      paramLabel = "KIND",
      converter = OptionConverters.BadPeer.class,
      defaultValue = "none",
      description =
          "What is wrong with one of the peers: none, silent, or so slow: 500ms, 2900ms, 5s"
              + " (default: ${DEFAULT-VALUE}).")
  private EngineBench.BadPeer badPeer;

  @Option(
      names = "--prove",
      description =
          "Hashes each header and checks each root, as is done with what comes from a wire.")
  private boolean isProving;

  @Override
  public Integer call() {
    if (peers < 2 && badPeer != EngineBench.BadPeer.NONE) {
      throw new ParameterException(
          spec.commandLine(), "--peers " + peers + ": beside a --bad-peer a good one is needed");
    }
    EngineBench.Options options =
        new EngineBench.Options(peers, blocks, latency, badPeer, isProving);
    spec.commandLine().getOut().println(EngineBench.run(options));
    return 0;
  }
}
