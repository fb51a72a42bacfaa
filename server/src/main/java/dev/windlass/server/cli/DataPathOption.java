package dev.windlass.server.cli;

import dev.windlass.node.DataPath;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option for the folder of the store. */
final class DataPathOption {
  private static final String NAME = "--data-path";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = NAME,
      paramLabel = "FOLDER",
      converter = OptionConverters.FolderPath.class,
      defaultValue = "${sys:user.home}/.windlass",
      description = "The folder that holds the store (default: ${DEFAULT-VALUE}).")
  private Path path;

  /** The folder, which was checked for writing. */
  Path toWrite() {
    refuse(spec, NAME, path, homeless().or(() -> DataPath.objection(path)));
    return path;
  }

  /** The folder, which was checked for reading if it exists. */
  Path toRead() {
    refuse(spec, NAME, path, homeless().or(() -> DataPath.objectionToRead(path)));
    return path;
  }

  /** Java reports the home of a user without one as {@code ?}. */
  private Optional<String> homeless() {
    return path.equals(Path.of("?", ".windlass"))
        ? Optional.of(
            "this user has no home folder: name one with --data-path or WINDLASS_DATA_PATH")
        : Optional.empty();
  }

  /** Refuses the value of this option if there is an objection. */
  static void refuse(CommandSpec spec, String name, Path value, Optional<String> objection) {
    objection.ifPresent(
        why -> {
          throw new ParameterException(
              spec.commandLine(), why, spec.findOption(name), value.toString());
        });
  }
}
