package dev.windlass.server.cli;

import dev.windlass.bench.ProofsBench;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code windlass bench proofs}. */
@Command(
    name = "proofs",
    description = "Measures how fast headers and bodies are proven, on one thread.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    optionListHeading = "%nOptions:%n")
final class ProofsBenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      converter = OptionConverters.FilePath.class,
      description = "The blocks to prove. Without it a chain with signed transactions is made.")
  private Path file;

  @Option(
      names = "--blocks",
      paramLabel = "COUNT",
      converter = OptionConverters.Blocks.class,
      defaultValue = "100000",
      description =
          "How many blocks to prove in each round. A shorter chain is repeated (default:"
              + " ${DEFAULT-VALUE}).")
  private int blocks;

  @Override
  public Integer call() {
    String figures = ProofsBench.run(new ProofsBench.Options(Optional.ofNullable(file), blocks));
    spec.commandLine().getOut().println(figures);
    return 0;
  }
}
