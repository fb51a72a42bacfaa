package dev.windlass.server.show;

import java.util.Objects;

/**
 * A terminal on which a bar can be drawn below the log.
 *
 * @param line shared with the log, which writes through it
 * @param columns how wide it is
 */
public record Terminal(StatusLine line, int columns) {
  public Terminal {
    Objects.requireNonNull(line);
    if (columns < 1) {
      throw new IllegalArgumentException("columns " + columns);
    }
  }
}
