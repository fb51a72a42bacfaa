package dev.windlass.server.show;

import dev.windlass.p2p.log.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One row of a terminal: a bar, percent, the remaining time, and more if there is room.
 *
 * <p>Each part keeps its place and width as long as the terminal keeps its width. Parts that do not
 * fit are left out: first the last part, then the name, then the bar. Percent and time always stay.
 *
 * @param more parts after the counts, the most important first
 */
record BarRow(PhaseProgress course, List<String> more) {
  private static final int BAR_WIDTH_MAX = 40;

  /** A shorter bar would show nothing. */
  private static final int BAR_WIDTH_MIN = 8;

  /** With a sixth of the row for the bar, counts and peers fit in 80 columns. */
  private static final int COLUMNS_PER_BAR_CELL = 6;

  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final String UNKNOWN = "?";
  private static final String GAP = "  ";

  BarRow {
    more = List.copyOf(more);
  }

  String fitted(int columns) {
    // The last column stays free, since some terminals wrap as soon as it is written.
    int room = Math.max(0, columns - 1);
    String row = start(columns, room);
    if (row.length() > room) {
      return row.substring(0, room);
    }
    for (String part : parts()) {
      if (row.length() + GAP.length() + part.length() > room) {
        break;
      }
      row += GAP + part;
    }
    return row.stripTrailing();
  }

  private String start(int columns, int room) {
    String last = percent() + GAP + "eta " + eta();
    String bar =
        bar(Math.max(BAR_WIDTH_MIN, Math.min(BAR_WIDTH_MAX, columns / COLUMNS_PER_BAR_CELL)));
    String name = String.format(Locale.ROOT, "%-6s ", course.name());
    if (name.length() + bar.length() + last.length() <= room) {
      return name + bar + last;
    }
    return bar.length() + last.length() <= room ? bar + last : last.strip();
  }

  private String bar(int width) {
    long whole = Math.max(1, course.whole().orElse(1));
    long done = course.whole().isPresent() ? course.done() : 0;
    int full = (int) Math.min(width, done * width / whole);
    return "[" + "=".repeat(full) + " ".repeat(width - full) + "] ";
  }

  private String percent() {
    String percent =
        course.whole().isPresent()
            ? Format.percent(course.done(), course.whole().getAsLong())
            : UNKNOWN;
    return String.format(Locale.ROOT, "%5s", percent);
  }

  private String eta() {
    String eta = UNKNOWN;
    if (course.etaNanos().isPresent()) {
      // At least a second, since hundredths would flicker.
      eta = Format.duration(Math.max(SECOND_NANOS, course.etaNanos().getAsLong()));
    }
    return String.format(Locale.ROOT, "%-6s", eta);
  }

  private List<String> parts() {
    List<String> parts = new ArrayList<>();
    String done = Format.count(course.done());
    if (course.whole().isPresent()) {
      String whole = Format.count(course.whole().getAsLong());
      parts.add(" ".repeat(Math.max(0, whole.length() - done.length())) + done + "/" + whole);
    } else {
      parts.add(done);
    }
    parts.add(String.format(Locale.ROOT, "%7s/s", Format.count(Math.round(course.perSecond()))));
    parts.addAll(more);
    return parts;
  }
}
