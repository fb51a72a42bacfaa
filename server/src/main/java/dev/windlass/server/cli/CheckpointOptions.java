package dev.windlass.server.cli;

import dev.windlass.chain.BlockId;
import dev.windlass.node.NodeConfig;
import dev.windlass.wire.files.AccumulatorRoots;
import dev.windlass.wire.files.FileChainException;
import dev.windlass.wire.network.Network;
import dev.windlass.wire.network.PublicCheckpoints;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The trusted blocks that every chain must pass through, and the check of the others. */
final class CheckpointOptions {
  enum Checks {
    FULL,
    LIGHT
  }

  private static final String ACCUMULATORS = "--accumulators";

  @Option(
      names = "--checkpoint",
      paramLabel = "NUMBER=HASH",
      split = Elements.SEPARATOR,
      splitSynopsisLabel = ",",
      converter = OptionConverters.Checkpoint.class,
      description =
          "Trusted blocks that every chain must pass through, separated by commas. A peer whose"
              + " chain has another block there is banned. One for a number of the built-in ones of"
              + " a public network replaces it.")
  private List<BlockId> checkpoints = new ArrayList<>();

  @Option(
      names = "--no-checkpoints",
      paramLabel = "true|false",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description =
          "Uses no checkpoint, neither a built-in one nor one that the stored chain has passed"
              + " (default: ${DEFAULT-VALUE}).")
  private boolean isWithout;

  @Option(
      names = "--verify",
      paramLabel = "full|light",
      defaultValue = "full",
      description =
          "What is checked of blocks that only the head of a peer leads to: every rule of the chain"
              + " that needs no execution (full), or only links and roots (light) (default: ${DEFAULT-VALUE}).")
  private Checks checks;

  @Option(
      names = ACCUMULATORS,
      paramLabel = "FILE",
      converter = OptionConverters.FilePath.class,
      description =
          "Trusted accumulator roots of the eras before the merge: one in each line, or the file of"
              + " Portal clients. Files of era mirrors that give them are fetched before the headers"
              + " of later blocks have come.")
  private Path accumulators;

  private AccumulatorRoots roots(CommandSpec spec) {
    try {
      return accumulators == null ? AccumulatorRoots.NONE : AccumulatorRoots.read(accumulators);
    } catch (FileChainException e) {
      throw new ParameterException(spec.commandLine(), ACCUMULATORS + ": " + e.getMessage(), e);
    }
  }

  boolean isCheckedFully() {
    return checks == Checks.FULL;
  }

  NodeConfig.Checkpoints config(Network network, CommandSpec spec) {
    if (isWithout && !checkpoints.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--checkpoint and --no-checkpoints contradict: give one of them");
    }
    if (isWithout) {
      return new NodeConfig.Checkpoints(false, List.of(), roots(spec));
    }
    Map<Long, BlockId> byNumber = new TreeMap<>();
    PublicCheckpoints.of(network).forEach(block -> byNumber.put(block.number(), block));
    Map<Long, BlockId> named = new TreeMap<>();
    for (BlockId block : checkpoints) {
      BlockId other = named.put(block.number(), block);
      if (other != null && !other.equals(block)) {
        throw new ParameterException(
            spec.commandLine(), "--checkpoint names two blocks at number " + block.number());
      }
    }
    byNumber.putAll(named);
    return new NodeConfig.Checkpoints(true, List.copyOf(byNumber.values()), roots(spec));
  }
}
