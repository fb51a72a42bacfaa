package dev.windlass.server.show;

import dev.windlass.downloader.Progress;
import java.util.Optional;

/**
 * Draws a haul as one line of a terminal.
 *
 * <p>Owned by one thread; time comes with the pictures.
 */
final class ProgressBar {
  private static final int BAR_WIDTH_MAX = 40;

  /** A shorter bar shows nothing. */
  private static final int BAR_WIDTH_MIN = 8;

  private final int columns;
  private final RateMeter rate = new RateMeter();
  private Progress.Phase ratedPhase = Progress.Phase.IDLE;

  /** For a terminal that is {@code columns} wide. */
  ProgressBar(int columns) {
    this.columns = columns;
  }

  /** Never wider than the terminal; empty while there is no haul to show. */
  String draw(Picture picture) {
    Progress progress = picture.progress();
    Optional<Progress.HaulView> haul = progress.haul();
    if (progress.phase() != ratedPhase) {
      ratedPhase = progress.phase();
      rate.clear();
    }
    if (haul.isEmpty()) {
      return "";
    }
    long done = Course.of(progress, haul.get(), 0).done();
    Course course = Course.of(progress, haul.get(), rate.perSecond(done, picture.nowNanos()));
    String tail = tail(progress, course);
    int room = columns - 1 - course.unit().length() - tail.length() - 4;
    StringBuilder line = new StringBuilder(course.unit()).append(' ');
    if (course.whole().isPresent() && room >= BAR_WIDTH_MIN) {
      bar(line, course, Math.min(room, BAR_WIDTH_MAX));
    }
    line.append(tail);
    // The last column stays free: some terminals wrap as soon as it is written.
    return line.length() < columns ? line.toString() : line.substring(0, Math.max(0, columns - 1));
  }

  private static void bar(StringBuilder line, Course course, int width) {
    long whole = Math.max(1, course.whole().getAsLong());
    int full = (int) Math.min(width, course.done() * width / whole);
    line.append('[').append("=".repeat(full)).append(" ".repeat(width - full)).append("] ");
  }

  private static String tail(Progress progress, Course course) {
    StringBuilder tail = new StringBuilder();
    if (course.whole().isPresent()) {
      long whole = course.whole().getAsLong();
      tail.append(Format.percent(course.done(), whole)).append("  ");
      tail.append(Format.count(course.done())).append('/').append(Format.count(whole));
    } else {
      tail.append(Format.count(course.done()));
    }
    tail.append("  ").append(Format.count(Math.round(course.perSecond()))).append("/s");
    if (course.etaNanos().isPresent()) {
      tail.append("  eta ").append(Format.duration(course.etaNanos().getAsLong()));
    }
    tail.append("  peers ").append(progress.peers().size());
    progress.waiting().ifPresent(reason -> tail.append("  ").append(reason));
    return tail.toString();
  }
}
