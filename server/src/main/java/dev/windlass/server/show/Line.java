package dev.windlass.server.show;

import java.util.ArrayList;
import java.util.List;

/** One line of the log: what happens, and the figures to it. */
record Line(String message, List<Figure> figures) {
  /** A name and its value, already written for people. */
  record Figure(String name, String value) {}

  Line {
    figures = List.copyOf(figures);
  }

  static Line of(String message) {
    return new Line(message, List.of());
  }

  Line with(String name, Object value) {
    List<Figure> more = new ArrayList<>(figures);
    more.add(new Figure(name, String.valueOf(value)));
    return new Line(message, more);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(message);
    for (Figure figure : figures) {
      text.append(' ').append(figure.name()).append('=').append(figure.value());
    }
    return text.toString();
  }
}
