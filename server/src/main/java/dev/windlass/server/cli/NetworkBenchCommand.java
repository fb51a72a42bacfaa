package dev.windlass.server.cli;

import dev.windlass.bench.NetworkBench;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code windlass bench network}. */
@Command(
    name = "network",
    description =
        "Measures syncs from peers behind lines of 2.5 to 12.5 MB/s: all good, some bad, and the good"
            + " ones alone.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    optionListHeading = "%nOptions:%n")
final class NetworkBenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--peers",
      paramLabel = "COUNT",
      converter = OptionConverters.Peers.class,
      defaultValue = "25",
      description = "The number of peers (default: ${DEFAULT-VALUE}).")
  private int peers;

  @Option(
      names = "--blocks",
      paramLabel = "COUNT",
      converter = OptionConverters.Blocks.class,
      defaultValue = "200000",
      description = "The length of the chain (default: ${DEFAULT-VALUE}).")
  private int blocks;

  @Option(
      names = "--transactions",
      paramLabel = "COUNT",
      converter = OptionConverters.Transactions.class,
      defaultValue = "0",
      description =
          "The most transactions of a block, some 250 bytes each, 0 to 10000"
              + " (default: ${DEFAULT-VALUE}).")
  private int transactions;

  @Option(
      names = "--latency",
      paramLabel = "TIME",
      converter = OptionConverters.Time.class,
      defaultValue = "100ms",
      description =
          "The time from a question to the beginning of its answer (default: ${DEFAULT-VALUE}).")
  private Duration latency;

  @Option(
      names = "--bad-one-in",
      paramLabel = "COUNT",
      converter = OptionConverters.Peers.class,
      defaultValue = "5",
      description =
          "One in so many peers is silent, lying, late, lacking or trickling, in turn"
              + " (default: ${DEFAULT-VALUE}).")
  private int badOneIn;

  @Option(
      names = "--rounds",
      paramLabel = "COUNT",
      converter = OptionConverters.Rounds.class,
      defaultValue = "3",
      description = "How often each is measured. The median counts (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Override
  public Integer call() {
    NetworkBench.Options options;
    try {
      options = new NetworkBench.Options(peers, blocks, transactions, latency, badOneIn, rounds);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
    spec.commandLine().getOut().println(NetworkBench.run(options));
    return 0;
  }
}
