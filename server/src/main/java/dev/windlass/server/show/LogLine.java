package dev.windlass.server.show;

import dev.windlass.server.log.Words;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.spi.LoggingEventBuilder;

/** One line of the log: a message and its figures. */
record LogLine(String message, List<Figure> figures) {
  /** A name and its value, which each layout formats in its own way. */
  record Figure(String name, Object value) {}

  LogLine {
    figures = List.copyOf(figures);
  }

  static LogLine of(String message) {
    return new LogLine(message, List.of());
  }

  LogLine with(String name, Object value) {
    List<Figure> more = new ArrayList<>(figures);
    more.add(new Figure(name, value));
    return new LogLine(message, more);
  }

  void logTo(LoggingEventBuilder event) {
    LoggingEventBuilder built = event.setMessage(message);
    for (Figure figure : figures) {
      built = built.addKeyValue(figure.name(), figure.value());
    }
    built.log();
  }

  /** The line in the format for people. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(message);
    for (Figure figure : figures) {
      text.append(' ').append(figure.name()).append('=').append(Words.of(figure.value()));
    }
    return text.toString();
  }
}
