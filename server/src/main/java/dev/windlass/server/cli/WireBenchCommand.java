package dev.windlass.server.cli;

import dev.windlass.bench.WireBench;
import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.vector.FastestLanes;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.network.GenesisFile;
import dev.windlass.wire.network.GenesisFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code windlass bench wire}. */
@Command(
    name = "wire",
    description = {
      "Measures how fast a chain is synced over RLPx and eth, proven and stored,"
          + " from one Windlass to another or, with --from, from a running node.",
      "",
      "With --from, a client that stores nothing fetches the same headers, as the upper bound."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    optionListHeading = "%nOptions:%n")
final class WireBenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--headers",
      paramLabel = "COUNT",
      converter = OptionConverters.Blocks.class,
      defaultValue = "200000",
      description = "How many blocks without a body are synced (default: ${DEFAULT-VALUE}).")
  private int headers;

  @Option(
      names = "--blocks",
      paramLabel = "COUNT",
      converter = OptionConverters.Blocks.class,
      defaultValue = "5000",
      description =
          "How many blocks with a body of some 70 KB are synced (default: ${DEFAULT-VALUE}).")
  private int blocks;

  @Option(
      names = "--rounds",
      paramLabel = "COUNT",
      converter = OptionConverters.Rounds.class,
      defaultValue = "3",
      description = "The number of syncs. The best one counts (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--from",
      paramLabel = "ENODE",
      converter = OptionConverters.NodeAddress.class,
      description = "A node to sync from, with --genesis-file and --anchor.")
  private Enode from;

  @Option(
      names = "--genesis-file",
      paramLabel = "FILE",
      converter = OptionConverters.FilePath.class,
      description = "The genesis of that node's network.")
  private Path genesisFile;

  @Option(
      names = "--anchor",
      paramLabel = "HASH",
      converter = OptionConverters.BlockHash.class,
      description = "The head to sync from it.")
  private Hash anchor;

  @Override
  public Integer call() {
    FastestLanes.start();
    spec.commandLine().getOut().println(measure());
    return 0;
  }

  private String measure() {
    if (from == null) {
      return WireBench.run(new WireBench.Options(headers, blocks, rounds));
    }
    if (genesisFile == null || anchor == null) {
      throw new ParameterException(spec.commandLine(), "--from needs --genesis-file and --anchor");
    }
    try {
      GenesisFile genesis = GenesisFile.read(genesisFile);
      Block root = genesis.block();
      return WireBench.run(new WireBench.Remote(genesis.network(), root, from, anchor, rounds));
    } catch (GenesisFileException e) {
      throw new ParameterException(spec.commandLine(), "--genesis-file: " + e.getMessage(), e);
    }
  }
}
