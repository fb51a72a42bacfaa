package dev.windlass.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Writes the log for people in the style of geth: level, date and time, message, and the figures as
 * name=value. Thread-safe.
 */
public final class FileLines extends LayoutBase<ILoggingEvent> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MM-dd|HH:mm:ss.SSS", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  @Override
  public String doLayout(ILoggingEvent event) {
    // The message has at least 40 columns, so that the figures of several lines align.
    return String.format(
        Locale.ROOT,
        "%-5s[%s] %-40s%s%n%s",
        event.getLevel(),
        TIME.format(event.getInstant()),
        Words.message(event),
        Words.figures(event),
        Words.problem(event));
  }
}
