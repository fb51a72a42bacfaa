package dev.windlass.server.show;

import java.util.Objects;
import java.util.function.IntSupplier;

/**
 * A terminal on which a bar can be drawn below the log.
 *
 * @param line the status line, through which the log writes too
 * @param columns the current width. It is read for each line
 * @param isColoured whether the user wants colours
 */
public record Terminal(StatusLine line, IntSupplier columns, boolean isColoured) {
  public Terminal {
    Objects.requireNonNull(line);
    Objects.requireNonNull(columns);
  }

  /** The current width. */
  int width() {
    return columns.getAsInt();
  }
}
