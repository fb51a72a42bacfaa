package dev.windlass.server.cli;

import dev.windlass.node.DataPath;
import dev.windlass.server.StopSignal;
import dev.windlass.server.demo.Demo;
import dev.windlass.server.demo.DemoOptions;
import dev.windlass.server.demo.SyncManagerDemo;
import dev.windlass.server.show.Terminal;
import dev.windlass.vector.FastestLanes;
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
      "Syncs a chain from eight simulated peers, of which one fabricates bodies and one is silent."
          + " With --as sync-manager it follows the heads of three simulated peers instead.",
      "",
      "The last line of the output is the result: the blocks inserted by this run,"
          + " the number and hash of the newest stored block, seconds, blocks per second,"
          + " blocks received although they were there already, blocks requested twice on"
          + " purpose, and the number of banned peers."
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

  enum Shown {
    DOWNLOADER,
    SYNC_MANAGER
  }

  @Option(
      names = "--as",
      paramLabel = "downloader|sync-manager",
      converter = OptionConverters.DemoShown.class,
      defaultValue = "downloader",
      description =
          "What is shown: a sync from eight peers (downloader), or a node that follows the heads of"
              + " three peers, with a wrong block at a checkpoint, a stall and a reorg"
              + " (sync-manager) (default: ${DEFAULT-VALUE}).")
  private Shown shown;

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
          "The folder in which the store is kept, so that another run continues from it."
              + " Without it the store is temporary.")
  private Path dataPath;

  @Option(
      names = "--serve",
      description =
          "Keeps the endpoints up afterwards, prints their addresses, and ends with Ctrl-C.")
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
          spec.commandLine(), "--blocks is for a made chain: leave it out with --file");
    }
    boolean isSyncManager = shown == Shown.SYNC_MANAGER;
    if (isSyncManager && (file != null || blocks != null || dataPath != null)) {
      throw new ParameterException(
          spec.commandLine(),
          "--as sync-manager makes its own chains and store: leave out --file, --blocks and"
              + " --data-path");
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
    FastestLanes.start();
    PrintWriter out = spec.commandLine().getOut();
    if (isSyncManager) {
      new SyncManagerDemo(options, stopped, out::println).run();
    } else {
      new Demo(options, stopped, out::println).run();
    }
    return 0;
  }
}
