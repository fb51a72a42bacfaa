package dev.windlass.server.cli;

import dev.windlass.server.log.Words;
import java.util.regex.Pattern;

/** What a user wrote, as a message repeats it. */
final class Echo {
  /** More than 80 characters, of which 40 are enough to know the value again. */
  private static final Pattern LONG_VALUE = Pattern.compile("'([^']{40})[^']{41,}'");

  /** Paths stand without quotes, and are whole unless no file system would take them. */
  private static final Pattern LONG_WORD = Pattern.compile("(\\S{200})\\S{200,}");

  private Echo() {}

  /** A message in one line, with what is long in it cut. */
  static String cut(String message) {
    String values = LONG_VALUE.matcher(oneLine(message)).replaceAll("'$1…'");
    return LONG_WORD.matcher(values).replaceAll("$1…");
  }

  /** A message without what would begin another line, or what a terminal would obey. */
  static String oneLine(String message) {
    return Words.printable(String.valueOf(message));
  }
}
