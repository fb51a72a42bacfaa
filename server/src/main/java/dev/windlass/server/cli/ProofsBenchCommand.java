package dev.windlass.server.cli;

import dev.windlass.bench.ProofsBench;
import dev.windlass.bench.SendersBench;
import dev.windlass.wire.network.Network;
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
    description =
        "Measures how fast headers and bodies are proven on one thread, by light checks and by full"
            + " ones.",
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

  @Option(
      names = "--network",
      paramLabel = "NAME",
      converter = OptionConverters.NamedNetwork.class,
      defaultValue = "mainnet",
      description =
          "The network whose rules the blocks of the file keep: mainnet, sepolia, hoodi or holesky"
              + " (default: ${DEFAULT-VALUE}).")
  private Network network;

  @Option(
      names = "--senders",
      description =
          "Measures instead how fast senders are recovered, on one thread and on all processors.")
  private boolean isOfSenders;

  @Override
  public Integer call() {
    ProofsBench.Options options =
        new ProofsBench.Options(Optional.ofNullable(file), blocks, network);
    String figures = isOfSenders ? SendersBench.run(options) : ProofsBench.run(options);
    spec.commandLine().getOut().println(figures);
    return 0;
  }
}
