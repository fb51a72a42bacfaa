package dev.windlass.server.cli;

import dev.windlass.bench.EngineBench;
import dev.windlass.vector.FastestLanes;
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
    description =
        "Measures how fast the engine syncs, from peers in memory into a store in memory.",
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
      description = "The number of peers, each with its own thread (default: ${DEFAULT-VALUE}).")
  private int peers;

  @Option(
      names = "--blocks",
      paramLabel = "COUNT",
      converter = OptionConverters.Blocks.class,
      defaultValue = "100000",
      description = "The length of the chain (default: ${DEFAULT-VALUE}).")
  private int blocks;

  @Option(
      names = "--latency",
      paramLabel = "TIME",
      converter = OptionConverters.Time.class,
      defaultValue = "0ms",
      description =
          "The time from a question to its answer, such as 50ms or 2s (default: ${DEFAULT-VALUE}).")
  private Duration latency;

  @Option(
      names = "--bad-peer",
      paramLabel = "KIND",
      converter = OptionConverters.BadPeer.class,
      defaultValue = "none",
      description =
          "The behaviour of one of the peers: none, silent, or a delay of 500ms, 2900ms or 5s"
              + " (default: ${DEFAULT-VALUE}).")
  private EngineBench.BadPeer badPeer;

  @Option(
      names = "--prove",
      description = "Hashes each header and checks each root, as for blocks from the network.")
  private boolean isProving;

  @Override
  public Integer call() {
    if (peers < 2 && badPeer != EngineBench.BadPeer.NONE) {
      throw new ParameterException(
          spec.commandLine(), "--peers " + peers + ": beside a --bad-peer a good one is needed");
    }
    EngineBench.Options options =
        new EngineBench.Options(peers, blocks, latency, badPeer, isProving);
    FastestLanes.start();
    spec.commandLine().getOut().println(EngineBench.run(options));
    return 0;
  }
}
