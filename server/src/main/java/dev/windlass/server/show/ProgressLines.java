package dev.windlass.server.show;

import dev.windlass.downloader.Progress;
import dev.windlass.server.log.Quantity.Count;
import dev.windlass.server.log.Quantity.Rate;
import dev.windlass.server.log.Quantity.Share;
import dev.windlass.server.log.Quantity.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns pictures into lines of the log: at once when a haul begins, ends or the node is in sync,
 * and every few seconds what a haul has done.
 *
 * <p>Owned by one thread; time comes with the pictures.
 */
final class ProgressLines {
  /** As geth and Besu: often enough to see that it moves. */
  static final long LINE_NANOS = 8_000_000_000L;

  /** While there is nothing to do. */
  static final long IDLE_LINE_NANOS = 60_000_000_000L;

  /** A haul that the user asked for has begun by then. */
  static final long START_NANOS = 2_000_000_000L;

  private final InsertTally inserts;
  private final RateMeter rate = new RateMeter();
  private Progress.Phase ratedPhase = Progress.Phase.IDLE;
  private long haul = -1;
  private boolean wasInSync;
  private long hauls;
  private long haulsFailed;
  private long lastLineNanos;

  /** From when on it is worth a line that there is nothing to do. */
  private long idleLineNanos;

  private boolean isFirst = true;

  ProgressLines(InsertTally inserts) {
    this.inserts = inserts;
  }

  /** What to log now; nothing, most times. */
  List<Line> next(Picture picture) {
    Progress progress = picture.progress();
    List<Line> lines = new ArrayList<>();
    if (isFirst) {
      isFirst = false;
      hauls = progress.counters().hauls();
      haulsFailed = progress.counters().haulsFailed();
      lastLineNanos = picture.nowNanos();
      idleLineNanos = picture.nowNanos() + START_NANOS;
    }
    progress.haul().ifPresent(view -> begun(view, lines));
    double perSecond = perSecond(picture);
    ended(picture, lines);
    long silence = picture.nowNanos() - lastLineNanos;
    if (progress.haul().isPresent()) {
      if (silence >= LINE_NANOS) {
        inserts.take().ifPresent(sum -> lines.add(imported(sum)));
        lines.add(hauling(progress, progress.haul().get(), perSecond, rate.quietNanos()));
      }
    } else if (picture.nowNanos() - idleLineNanos >= 0) {
      idle(picture).ifPresent(lines::add);
    }
    if (!lines.isEmpty()) {
      lastLineNanos = picture.nowNanos();
      idleLineNanos = picture.nowNanos() + IDLE_LINE_NANOS;
    }
    wasInSync = picture.sync().isInSync();
    return lines;
  }

  private void begun(Progress.HaulView view, List<Line> lines) {
    if (view.id() == haul) {
      return;
    }
    haul = view.id();
    Line line = Line.of("Haul begins").with("head", view.anchor());
    if (view.anchorNumber() >= 0) {
      line = line.with("number", new Count(view.anchorNumber()));
    }
    lines.add(line);
  }

  private void ended(Picture picture, List<Line> lines) {
    Progress progress = picture.progress();
    Progress.Counters counters = progress.counters();
    boolean isEnded = counters.hauls() != hauls || counters.haulsFailed() != haulsFailed;
    boolean isNewlyInSync = picture.sync().isInSync() && !wasInSync;
    if (isEnded || isNewlyInSync) {
      inserts.take().ifPresent(sum -> lines.add(imported(sum)));
    }
    hauls = counters.hauls();
    haulsFailed = counters.haulsFailed();
    boolean isEndedInSync = isEnded && picture.sync().isInSync();
    if (isEndedInSync || (isNewlyInSync && counters.hauls() > 0)) {
      lines.add(tip("In sync", progress));
    }
  }

  private double perSecond(Picture picture) {
    Progress progress = picture.progress();
    if (progress.phase() != ratedPhase) {
      ratedPhase = progress.phase();
      rate.clear();
    }
    long done = progress.haul().map(view -> Course.of(progress, view, 0).done()).orElse(0L);
    return rate.perSecond(done, picture.nowNanos());
  }

  /** What a haul has done so far. */
  private static Line hauling(
      Progress progress, Progress.HaulView view, double perSecond, long quietNanos) {
    Course course = Course.of(progress, view, perSecond);
    Line line = Line.of("Hauling " + course.name()).with(course.name(), new Count(course.done()));
    if (course.whole().isPresent()) {
      long whole = course.whole().getAsLong();
      line = line.with("of", new Count(whole)).with("done", new Share(course.done(), whole));
    }
    line = line.with("rate", new Rate(perSecond));
    if (course.etaNanos().isPresent()) {
      line = line.with("eta", new Time(course.etaNanos().getAsLong()));
    } else if (quietNanos >= LINE_NANOS) {
      line = line.with("quiet", new Time(quietNanos));
    }
    line = line.with("peers", progress.peers().size());
    Optional<Progress.WaitingReason> waiting = progress.waiting();
    return waiting.isPresent() ? line.with("waiting", waiting.get()) : line;
  }

  private static Line imported(InsertTally.Sum sum) {
    return Line.of("Imported new chain segment")
        .with("number", new Count(sum.tip().number()))
        .with("hash", sum.tip().hash())
        .with("blocks", new Count(sum.blocks()))
        .with("txs", new Count(sum.transactions()))
        .with("elapsed", new Time(sum.elapsedNanos()));
  }

  private static Optional<Line> idle(Picture picture) {
    if (picture.progress().haul().isPresent()) {
      return Optional.empty();
    }
    boolean isFresh = picture.progress().counters().announcements() == 0;
    String message =
        isFresh
            ? "Waiting for a head"
            : picture.sync().isInSync() ? "In sync" : "Waiting for another head";
    return Optional.of(
        tip(message, picture.progress()).with("peers", picture.progress().peers().size()));
  }

  private static Line tip(String message, Progress progress) {
    return Line.of(message)
        .with("number", new Count(progress.tip().number()))
        .with("hash", progress.tip().hash());
  }
}
