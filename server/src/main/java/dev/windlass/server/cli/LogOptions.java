package dev.windlass.server.cli;

import dev.windlass.server.Logging;
import dev.windlass.server.show.ErrorStream;
import dev.windlass.server.show.Terminal;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of the log. */
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
      description = "The format of the log: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Logging.Format format;

  /** Sets up the log. Returns the terminal that it shares with a bar, if there is one. */
  Optional<Terminal> apply() {
    Optional<Terminal> terminal =
        format == Logging.Format.TEXT ? ErrorStream.terminal(System.getenv()) : Optional.empty();
    if (terminal.isPresent()) {
      Logging.configure(level, terminal.get());
    } else {
      Logging.configure(level, format, System.err);
    }
    return terminal;
  }
}
