package dev.windlass.server.cli;

import dev.windlass.bench.BodiesBench;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code windlass bench bodies}. */
@Command(
    name = "bodies",
    description = "Measures whether the store takes bodies as fast while it grows.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    optionListHeading = "%nOptions:%n")
final class BodiesBenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--megabytes",
      paramLabel = "COUNT",
      converter = OptionConverters.Blocks.class,
      defaultValue = "4000",
      description = "How many million bytes of bodies are stored (default: ${DEFAULT-VALUE}).")
  private int megabytes;

  @Option(
      names = "--body-bytes",
      paramLabel = "BYTES",
      converter = OptionConverters.BodyBytes.class,
      defaultValue = "100000",
      description = "The bytes of each body, 16 to 8388608 (default: ${DEFAULT-VALUE}).")
  private int bodyBytes;

  @Override
  public Integer call() {
    BodiesBench.Options options;
    try {
      options = new BodiesBench.Options(megabytes, bodyBytes);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(),
          "--megabytes " + megabytes + " with --body-bytes " + bodyBytes + ": " + e.getMessage());
    }
    spec.commandLine().getOut().println(BodiesBench.run(options));
    return 0;
  }
}
