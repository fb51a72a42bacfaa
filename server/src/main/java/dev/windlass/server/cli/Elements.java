package dev.windlass.server.cli;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.TypeConversionException;

/**
 * How a list stands in one text: its elements are separated by commas. A comma that belongs to an
 * element has a backslash before it.
 */
final class Elements {
  /** As arrays of the configuration file are joined; nothing else can have it. */
  private static final String JOINT = "\0";

  /** What separates elements; a comma at the very end stays, so that it is complained of. */
  static final String SEPARATOR = "(?<!\\\\),(?!$)|" + JOINT;

  private static final String COMMA = ",";
  private static final String ESCAPED = "\\,";

  private Elements() {}

  /** One text of elements that are taken as they stand. */
  static String joined(List<String> elements) {
    return elements.stream()
        .map(element -> element.replace(COMMA, ESCAPED))
        .collect(Collectors.joining(JOINT));
  }

  /** The element that stands between two separators. */
  static String plain(String text) {
    String element = text.strip();
    boolean endsWithSeparator = element.endsWith(COMMA) && !element.endsWith(ESCAPED);
    if (element.isEmpty() || endsWithSeparator) {
      throw new TypeConversionException("an element is empty: expected a value between commas");
    }
    return element.replace(ESCAPED, COMMA);
  }
}
