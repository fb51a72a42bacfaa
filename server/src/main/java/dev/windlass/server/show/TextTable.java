package dev.windlass.server.show;

import io.vertx.core.json.JsonObject;
import java.util.List;

/** Rows as lines for a terminal, with columns as wide as needed. */
final class TextTable {
  static final String UNKNOWN = "-";

  private TextTable() {}

  /** One line for each row. All rows have as many cells as the first. */
  static List<String> lines(List<List<String>> rows) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  static String text(JsonObject json, String name) {
    Object value = json.getValue(name);
    return value == null ? UNKNOWN : value.toString();
  }

  static String cut(String text, int max) {
    return text.length() <= max ? text : text.substring(0, max - 1) + "…";
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
    }
    return line.toString().stripTrailing();
  }
}
