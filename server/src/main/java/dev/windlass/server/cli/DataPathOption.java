package dev.windlass.server.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the store lies. */
final class DataPathOption {
  @Option(
      names = "--data-path",
      paramLabel = "FOLDER",
      converter = Values.FolderPath.class,
      defaultValue = "${sys:user.home}/.windlass",
      description = "The folder that holds the store (default: ${DEFAULT-VALUE}).")
  private Path path;

  Path path() {
    return path;
  }
}
