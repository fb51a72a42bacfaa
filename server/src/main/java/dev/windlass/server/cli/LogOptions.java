package dev.windlass.server.cli;

import dev.windlass.server.Logging;
import picocli.CommandLine.Option;

/** How much is logged, and in which form. */
final class LogOptions {
  @Option(
      names = "--logging",
      paramLabel = "LEVEL",
      defaultValue = "info",
      description = "How much is logged: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Logging.Level level;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "How it is logged: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Logging.Format format;

  void apply() {
    Logging.configure(level, format, System.err);
  }
}
