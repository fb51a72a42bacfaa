package dev.windlass.server.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/**
 * The option for the configuration file, which {@link ConfiguredDefaults} reads while the rest is
 * parsed.
 */
final class ConfigFileOption {
  // Read through the command's specification.
  @SuppressWarnings("UnusedVariable")
  @Option(
      names = ConfiguredDefaults.CONFIG_FILE,
      paramLabel = "FILE",
      converter = OptionConverters.FilePath.class,
      description = "A TOML file with values for options that are not given otherwise.")
  private Path path;
}
