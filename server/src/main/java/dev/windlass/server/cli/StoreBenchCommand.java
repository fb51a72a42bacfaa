package dev.windlass.server.cli;

import dev.windlass.bench.StoreBench;
import dev.windlass.node.DataPath;
import dev.windlass.store.StoreLimits;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code windlass bench store}. */
@Command(
    name = "store",
    description = "Measures how fast LevelDB writes and reads the headers and blocks of a sync.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    optionListHeading = "%nOptions:%n")
final class StoreBenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--headers",
      paramLabel = "COUNT",
      converter = OptionConverters.Blocks.class,
      defaultValue = "300000",
      description = "How many headers are stored, and read again (default: ${DEFAULT-VALUE}).")
  private int headers;

  @Option(
      names = "--blocks",
      paramLabel = "COUNT",
      converter = OptionConverters.Blocks.class,
      defaultValue = "50000",
      description = "How many of them get a body (default: ${DEFAULT-VALUE}).")
  private int blocks;

  @Option(
      names = "--body-bytes",
      paramLabel = "BYTES",
      converter = OptionConverters.BodyBytes.class,
      defaultValue = "20000",
      description = "The bytes of each body, 16 to 8388608 (default: ${DEFAULT-VALUE}).")
  private int bodyBytes;

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      converter = OptionConverters.FolderPath.class,
      description =
          "The folder for the store. Without it a folder is made in the current one, and"
              + " removed at the end.")
  private Path folder;

  @Override
  public Integer call() {
    if (blocks > headers) {
      throw new ParameterException(
          spec.commandLine(), "--blocks " + blocks + " is more than --headers " + headers);
    }
    if (folder != null) {
      DataPathOption.refuse(spec, "--folder", folder, DataPath.make(folder));
    }
    StoreBench.Options options =
        new StoreBench.Options(headers, blocks, bodyBytes, folder, StoreLimits.DEFAULT);
    spec.commandLine().getOut().println(StoreBench.run(options));
    return 0;
  }
}
