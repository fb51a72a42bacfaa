package dev.windlass.server.cli;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.TypeConversionException;

/**
 * The text form of a list. Its elements are separated by commas. A comma in an element has a
 * backslash before it.
 */
final class Elements {
  /** Joins the arrays of the configuration file. It cannot occur in an element. */
  private static final String JOINT = "\0";

  /**
   * The pattern between elements. It does not match a comma at the very end, which is then reported
   * as an error.
   */
  static final String SEPARATOR = "(?<!\\\\),(?!$)|" + JOINT;

  private static final String COMMA = ",";
  private static final String ESCAPED = "\\,";

  private Elements() {}

  /** Joins elements without interpreting their commas. */
  static String joined(List<String> elements) {
    return elements.stream()
        .map(element -> element.replace(COMMA, ESCAPED))
        .collect(Collectors.joining(JOINT));
  }

  /** An element without its backslashes. */
  static String plain(String text) {
    String element = text.strip();
    boolean endsWithSeparator = element.endsWith(COMMA) && !element.endsWith(ESCAPED);
    if (element.isEmpty() || endsWithSeparator) {
      throw new TypeConversionException("an element is empty: expected a value between commas");
    }
    return element.replace(ESCAPED, COMMA);
  }
}
