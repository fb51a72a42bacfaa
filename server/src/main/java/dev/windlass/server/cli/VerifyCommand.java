package dev.windlass.server.cli;

import dev.windlass.server.show.Terminal;
import dev.windlass.server.show.VerifyProgress;
import dev.windlass.store.LevelDbBlockStore;
import dev.windlass.store.StoreVerifier;
import dev.windlass.store.VerifyReport;
import dev.windlass.vector.FastestLanes;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code windlass verify}: proves every stored block again. */
@Command(
    name = "verify",
    description = {
      "Proves every stored block again: links, roots and index, and that none is missing.",
      "",
      "Each problem is one line with the block and the rule. The last line of the"
          + " output has the numbers of blocks and of problems. The exit code is 1 if there"
          + " is a problem."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    optionListHeading = "%nOptions:%n")
final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  // Read by ConfiguredDefaults, through the command's specification.
  @SuppressWarnings("UnusedVariable")
  @Mixin
  private final ConfigFileOption configFile = new ConfigFileOption();

  @Mixin private final DataPathOption dataPath = new DataPathOption();

  @ArgGroup(validate = false, heading = "%nLog:%n")
  private final LogOptions log = new LogOptions();

  @Override
  public Integer call() {
    Optional<Terminal> terminal = log.apply();
    Path folder = dataPath.toRead();
    if (!LevelDbBlockStore.exists(folder)) {
      throw new ParameterException(
          spec.commandLine(), "--data-path: there is no store in " + folder);
    }
    FastestLanes.start();
    VerifyReport report;
    try (LevelDbBlockStore store = LevelDbBlockStore.openToRead(folder);
        VerifyProgress progress =
            new VerifyProgress(store.tip().number() - store.root().number() + 1, terminal)) {
      report = new StoreVerifier(store, progress).verify();
    }
    PrintWriter out = spec.commandLine().getOut();
    report.problems().forEach(out::println);
    long unnamed = report.problemCount() - report.problems().size();
    if (unnamed > 0) {
      out.println("problems not named here: " + unnamed);
    }
    out.println(
        "verified blocks="
            + report.blocks()
            + " number="
            + report.tip().number()
            + " tip="
            + report.tip().hash()
            + " problems="
            + report.problemCount());
    return report.isClean() ? 0 : WindlassCommand.EXIT_FAILED;
  }
}
