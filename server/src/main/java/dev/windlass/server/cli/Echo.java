package dev.windlass.server.cli;

import dev.windlass.server.log.Words;
import java.util.regex.Pattern;

/** Shortens a user's input for error messages. */
final class Echo {
  /** A value of more than 80 characters. Its first 40 are enough to recognise it. */
  private static final Pattern LONG_VALUE = Pattern.compile("'([^']{40})[^']{41,}'");

  /** Paths have no quotes. They are cut only if they are too long for any file system. */
  private static final Pattern LONG_WORD = Pattern.compile("(\\S{200})\\S{200,}");

  private static final int VALUE_MAX = 80;
  private static final int VALUE_SHOWN = 40;

  /** The most characters of a message. A longer one keeps its end, which says what is expected. */
  private static final int LINE_MAX = 500;

  private static final int HEAD_SHOWN = 160;
  private static final int TAIL_SHOWN = 120;

  private Echo() {}

  /**
   * A message in one line, with long parts cut.
   *
   * @param value the user's input, which the message may repeat. Null if it is not known
   */
  static String cut(String message, String value) {
    String line = oneLine(message);
    if (value != null && value.codePointCount(0, value.length()) > VALUE_MAX) {
      String shown = value.substring(0, value.offsetByCodePoints(0, VALUE_SHOWN)) + "…";
      line = line.replace("'" + oneLine(value) + "'", "'" + oneLine(shown) + "'");
    }
    String values = LONG_VALUE.matcher(line).replaceAll("'$1…'");
    String words = LONG_WORD.matcher(values).replaceAll("$1…");
    return words.length() <= LINE_MAX
        ? words
        : words.substring(0, HEAD_SHOWN) + "…" + words.substring(words.length() - TAIL_SHOWN);
  }

  /** A message without line breaks and control characters, which a terminal would interpret. */
  static String oneLine(String message) {
    return Words.printable(String.valueOf(message));
  }
}
