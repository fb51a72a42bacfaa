package dev.windlass.server.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.IntSupplier;

/**
 * Writes the log to a terminal. Unlike {@link FileLines} it leaves out the date, folds lines
 * between words at the width of the terminal, and colours warnings and errors. Thread-safe.
 */
public final class TerminalLines extends LayoutBase<ILoggingEvent> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

  /** On a narrower terminal the indent would take most of each row. */
  private static final int FULL_INDENT_COLUMNS_MIN = 60;

  private static final int NARROW_INDENT = 2;

  private static final String RED = "\u001b[1;31m";
  private static final String YELLOW = "\u001b[1;33m";
  private static final String PLAIN = "\u001b[0m";

  private final IntSupplier columns;
  private final boolean isColoured;

  /**
   * Writes to one terminal.
   *
   * @param columns the width, which is read for each line, since a window may change
   */
  public TerminalLines(IntSupplier columns, boolean isColoured) {
    this.columns = columns;
    this.isColoured = isColoured;
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    String level = String.format(Locale.ROOT, "%-5s", event.getLevel());
    String prefix = level + " " + TIME.format(event.getInstant()) + " ";
    int width = columns.getAsInt();
    int indent = width < FULL_INDENT_COLUMNS_MIN ? NARROW_INDENT : prefix.length();
    String text = folded(prefix, Words.message(event) + Words.figures(event), width, indent);
    return coloured(level, event.getLevel())
        + text.substring(level.length())
        + System.lineSeparator()
        + Words.problem(event);
  }

  private String coloured(String level, Level severity) {
    if (!isColoured || !severity.isGreaterOrEqual(Level.WARN)) {
      return level;
    }
    return (severity.isGreaterOrEqual(Level.ERROR) ? RED : YELLOW) + level + PLAIN;
  }

  /** Folds a text between words. A word that is wider than the terminal is left whole. */
  static String folded(String prefix, String text, int width, int indent) {
    StringBuilder rows = new StringBuilder(prefix);
    int column = prefix.length();
    boolean isRowStart = true;
    for (String word : text.split(" ", -1)) {
      int needed = word.length() + (isRowStart ? 0 : 1);
      if (!isRowStart && column + needed > width) {
        rows.append(System.lineSeparator()).append(" ".repeat(indent));
        column = indent;
        isRowStart = true;
      }
      if (!isRowStart) {
        rows.append(' ');
        column++;
      }
      rows.append(word);
      column += word.length();
      isRowStart = false;
    }
    return rows.toString();
  }
}
