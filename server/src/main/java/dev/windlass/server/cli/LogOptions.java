package dev.windlass.server.cli;

import dev.windlass.server.Logging;
import dev.windlass.server.show.StatusLine;
import dev.windlass.server.show.Terminal;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How much is logged, and in which form. */
final class LogOptions {
  private static final String TERMINAL_COLUMNS = "windlass.terminal.columns";

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

  /** Sets up the log; returns the terminal that it shares with a bar, where there is one. */
  Optional<Terminal> apply() {
    // Only who started the virtual machine can tell, and has said so.
    Integer columns = Integer.getInteger(TERMINAL_COLUMNS);
    if (columns == null || columns < 1 || format != Logging.Format.TEXT) {
      Logging.configure(level, format, System.err);
      return Optional.empty();
    }
    Terminal terminal = new Terminal(new StatusLine(System.err), columns);
    Logging.configure(level, format, terminal.line());
    return Optional.of(terminal);
  }
}
