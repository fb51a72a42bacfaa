package dev.windlass.server.show;

import java.util.Objects;
import java.util.function.IntSupplier;

/**
 * A terminal on which a bar can be drawn below the log.
 *
 * @param line shared with the log, which writes through it
 * @param columns how wide it is now; may be asked as often as something is written
 * @param isColoured whether whoever owns it wants colours
 */
public record Terminal(StatusLine line, IntSupplier columns, boolean isColoured) {
  public Terminal {
    Objects.requireNonNull(line);
    Objects.requireNonNull(columns);
  }

  /** How wide it is now. */
  int width() {
    return columns.getAsInt();
  }
}
