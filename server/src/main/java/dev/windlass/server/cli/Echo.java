package dev.windlass.server.cli;

import dev.windlass.server.log.Words;
import java.util.regex.Pattern;

/** What a user wrote, as a message repeats it. */
final class Echo {
  /** More than 80 characters, of which 40 are enough to know the value again. */
  private static final Pattern LONG_VALUE = Pattern.compile("'([^']{40})[^']{41,}'");

  /** Paths stand without quotes, and are whole unless no file system would take them. */
  private static final Pattern LONG_WORD = Pattern.compile("(\\S{200})\\S{200,}");

  private static final int VALUE_MAX = 80;
  private static final int VALUE_SHOWN = 40;

  /** Of what is longer the end stays too: there it says what would be right. */
  private static final int LINE_MAX = 500;

  private static final int HEAD_SHOWN = 160;
  private static final int TAIL_SHOWN = 120;

  private Echo() {}

  /**
   * A message in one line, with what is long in it cut.
   *
   * @param value what the user wrote, and the message may repeat; null if it is not known
   */
  static String cut(String message, String value) {
    String line = oneLine(message);
    if (value != null && value.codePointCount(0, value.length()) > VALUE_MAX) {
      String shown = value.substring(0, value.offsetByCodePoints(0, VALUE_SHOWN)) + "…";
      // Paths stand without quotes, and are longer.
      line = line.replace("'" + oneLine(value) + "'", "'" + oneLine(shown) + "'");
    }
    String values = LONG_VALUE.matcher(line).replaceAll("'$1…'");
    String words = LONG_WORD.matcher(values).replaceAll("$1…");
    return words.length() <= LINE_MAX
        ? words
        : words.substring(0, HEAD_SHOWN) + "…" + words.substring(words.length() - TAIL_SHOWN);
  }

  /** A message without what would begin another line, or what a terminal would obey. */
  static String oneLine(String message) {
    return Words.printable(String.valueOf(message));
  }
}
