package dev.windlass.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Writes the log for people as geth does: level, date and time, message, then the figures as
 * name=value. Any thread may write.
 */
public final class FileLines extends LayoutBase<ILoggingEvent> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MM-dd|HH:mm:ss.SSS", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  @Override
  public String doLayout(ILoggingEvent event) {
    // The message takes 40 columns at least, so that figures stand below each other.
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
