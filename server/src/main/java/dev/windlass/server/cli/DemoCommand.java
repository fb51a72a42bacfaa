package dev.windlass.server.cli;

import dev.windlass.node.DataPath;
import dev.windlass.server.StopSignal;
import dev.windlass.server.demo.Demo;
import dev.windlass.server.demo.DemoOptions;
import dev.windlass.server.show.Terminal;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code windlass demo}: a whole sync on one machine. */
@Command(
    name = "demo",
    description = {
      "Syncs a chain from eight simulated peers, of which one makes blocks up and one is silent.",
      "",
      "The last line of the output says what was synced: blocks inserted by this run, the number"
          + " and hash of the newest stored block, seconds, blocks per second, blocks that came"
          + " although they were there already, blocks that were asked for twice on purpose, and"
          + " how many peers were banned."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    optionListHeading = "%nOptions:%n")
final class DemoCommand implements Callable<Integer> {
  private static final int BLOCKS = 20_000;

  private final StopSignal stop;

  @Spec private CommandSpec spec;

  // Read by ConfiguredDefaults, through the command's specification.
  @SuppressWarnings("UnusedVariable")
  @Mixin
  private final ConfigFileOption configFile = new ConfigFileOption();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      converter = OptionConverters.FilePath.class,
      description =
          "The chain to sync: concatenated RLP, plain or gzip, or an era file. Without it a chain"
              + " is made.")
  private Path file;

  @Option(
      names = "--blocks",
      paramLabel = "COUNT",
      converter = OptionConverters.Blocks.class,
      description = "How many blocks the made chain has (default: " + BLOCKS + ").")
  private Integer blocks;

  @Option(
      names = "--data-path",
      paramLabel = "FOLDER",
      converter = OptionConverters.FolderPath.class,
      description =
          "Where the store stays, and from where another run goes on. Without it there is a"
              + " temporary one, which is removed at the end.")
  private Path dataPath;

  @Option(
      names = "--serve",
      description = "Keeps the endpoints up afterwards, says where they are, and ends with Ctrl-C.")
  private boolean isServing;

  @ArgGroup(validate = false, heading = "%nHTTP:%n")
  private final HttpOptions http = new HttpOptions();

  @ArgGroup(validate = false, heading = "%nMetrics:%n")
  private final MetricsOptions metrics = new MetricsOptions();

  @ArgGroup(validate = false, heading = "%nLog:%n")
  private final LogOptions log = new LogOptions();

  DemoCommand(StopSignal stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() {
    CompletableFuture<Void> stopped = stop.watch();
    if (file != null && blocks != null) {
      throw new ParameterException(
          spec.commandLine(), "--blocks is for a made chain: --file has the blocks that it has");
    }
    if (dataPath != null) {
      DataPathOption.refuse(spec, "--data-path", dataPath, DataPath.make(dataPath));
    }
    Optional<Terminal> terminal = log.apply();
    DemoOptions options =
        new DemoOptions(
            Optional.ofNullable(file),
            Optional.ofNullable(dataPath),
            blocks == null ? BLOCKS : blocks,
            isServing,
            new DemoOptions.Endpoints(http.config(), metrics.config()),
            terminal);
    PrintWriter out = spec.commandLine().getOut();
    new Demo(options, stopped, out::println).run();
    return 0;
  }
}
