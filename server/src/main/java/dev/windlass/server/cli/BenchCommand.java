package dev.windlass.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code windlass bench}: the parent of the benchmarks, each of which prints one line of figures.
 */
@Command(
    name = "bench",
    description = "Measures a part of Windlass, and prints one line of name=value figures.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "BENCHMARK",
    commandListHeading = "%nBenchmarks:%n",
    subcommands = {
      EngineBenchCommand.class,
      NetworkBenchCommand.class,
      ProofsBenchCommand.class,
      StoreBenchCommand.class,
      BodiesBenchCommand.class,
      WireBenchCommand.class,
      RpcBenchCommand.class
    })
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "a benchmark is missing: expected one of "
            + String.join(", ", spec.subcommands().keySet()));
  }
}
