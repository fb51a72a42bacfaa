package dev.windlass.server.show;

import dev.windlass.chain.Hash;
import dev.windlass.downloader.Progress;
import dev.windlass.p2p.log.Quantity.Count;
import dev.windlass.p2p.log.Quantity.Rate;
import dev.windlass.p2p.log.Quantity.Share;
import dev.windlass.p2p.log.Quantity.Time;
import dev.windlass.p2p.log.Repeats;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns pictures into lines of the log: at once when a sync begins, ends or the node is in sync,
 * and every few seconds what a sync has done. While the chain is followed, block by block, what
 * came is added up as well.
 *
 * <p>Owned by one thread; time comes with the pictures.
 */
final class ProgressLines {
  /** As geth and Besu: often enough to see that it moves. */
  static final long LINE_NANOS = 8_000_000_000L;

  /** While there is nothing to do. */
  static final long IDLE_LINE_NANOS = 60_000_000_000L;

  /** A sync that the user asked for has begun by then. */
  static final long START_NANOS = 2_000_000_000L;

  /** So many new blocks at once are as many as a node announces while it is followed. */
  private static final long FOLLOWED_BLOCKS_MAX = 32;

  private static final int HEADS_MAX = 64;

  private static final String IN_SYNC = "In sync";

  private final InsertTally inserts;

  /** Heads are tried again that nobody has. */
  private final Repeats<Hash> begins = new Repeats<>(HEADS_MAX);

  private final RateMeter rate = new RateMeter();
  private Progress.Phase ratedPhase = Progress.Phase.IDLE;
  private long sync = -1;
  private long syncSinceNanos;

  /** Whether the last that was said is not that it is in sync. */
  private boolean isSyncNews = true;

  private long lastLineNanos;

  /** From when on it is worth a line that there is nothing to do. */
  private long idleLineNanos;

  private boolean isFirst = true;

  ProgressLines(InsertTally inserts) {
    this.inserts = inserts;
  }

  /** What to log now; nothing, most times. */
  List<LogLine> next(StatusSnapshot picture) {
    List<LogLine> lines = new ArrayList<>();
    long now = picture.nowNanos();
    if (isFirst) {
      isFirst = false;
      lastLineNanos = now;
      idleLineNanos = now + START_NANOS;
    }
    picture.progress().sync().ifPresent(view -> begun(view, picture, lines));
    double perSecond = perSecond(picture);
    boolean isDue = now - lastLineNanos >= LINE_NANOS;
    if (picture.progress().sync().isPresent()) {
      if (isDue) {
        inserts.take().ifPresent(sum -> lines.add(imported(sum)));
        if (now - syncSinceNanos >= LINE_NANOS) {
          isSyncNews = true;
          lines.add(syncing(picture.progress(), perSecond, rate.quietNanos()));
        }
      }
    } else {
      resting(picture, isDue, lines);
    }
    if (!lines.isEmpty()) {
      lastLineNanos = now;
      idleLineNanos = now + IDLE_LINE_NANOS;
    }
    return lines;
  }

  /** Blocks that come one by one while the chain is followed are no news: they are added up. */
  private void begun(Progress.ActiveSync view, StatusSnapshot picture, List<LogLine> lines) {
    if (view.id() == sync) {
      return;
    }
    sync = view.id();
    syncSinceNanos = picture.nowNanos();
    long ahead = view.anchorNumber() - picture.progress().tip().number();
    if (!isSyncNews && ahead <= FOLLOWED_BLOCKS_MAX) {
      return;
    }
    isSyncNews = true;
    if (!begins.isDue(view.anchor(), picture.nowNanos())) {
      return;
    }
    LogLine line = LogLine.of("Sync begins").with("head", view.anchor());
    if (view.anchorNumber() >= 0) {
      line = line.with("number", new Count(view.anchorNumber()));
    }
    lines.add(line);
  }

  private void resting(StatusSnapshot picture, boolean isDue, List<LogLine> lines) {
    if (isSyncNews || isDue) {
      inserts.take().ifPresent(sum -> lines.add(imported(sum)));
    }
    boolean isInSync = picture.sync().isInSync();
    if (isInSync && isSyncNews) {
      lines.add(tip(IN_SYNC, picture.progress()));
      isSyncNews = false;
    } else if (lines.isEmpty() && picture.nowNanos() - idleLineNanos >= 0) {
      isSyncNews |= !isInSync;
      lines.add(idle(picture));
    }
  }

  private double perSecond(StatusSnapshot picture) {
    Progress progress = picture.progress();
    if (progress.phase() != ratedPhase) {
      ratedPhase = progress.phase();
      rate.clear();
    }
    long done = progress.sync().map(view -> PhaseProgress.of(progress, view, 0).done()).orElse(0L);
    return rate.perSecond(done, picture.nowNanos());
  }

  /** What a sync has done so far. */
  private static LogLine syncing(Progress progress, double perSecond, long quietNanos) {
    Progress.ActiveSync view = progress.sync().orElseThrow();
    PhaseProgress course = PhaseProgress.of(progress, view, perSecond);
    LogLine line =
        LogLine.of("Syncing " + course.name()).with(course.name(), new Count(course.done()));
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

  private static LogLine imported(InsertTally.Sum sum) {
    return LogLine.of("Imported new chain segment")
        .with("number", new Count(sum.tip().number()))
        .with("hash", sum.tip().hash())
        .with("blocks", new Count(sum.blocks()))
        .with("txs", new Count(sum.transactions()))
        .with("elapsed", new Time(sum.elapsedNanos()));
  }

  private static LogLine idle(StatusSnapshot picture) {
    Progress progress = picture.progress();
    return tip(state(picture), progress).with("peers", progress.peers().size());
  }

  /** What an operator has to know while nothing is synced. */
  private static String state(StatusSnapshot picture) {
    if (picture.sync().isInSync()) {
      return IN_SYNC;
    }
    Progress progress = picture.progress();
    Optional<Progress.WaitingReason> waiting = progress.waiting();
    if (waiting.isEmpty()) {
      return picture.sync().unseenBlocks().isEmpty()
          ? "Waiting for a node that names a head"
          : "Waiting for another head";
    }
    return switch (waiting.get()) {
      case NO_HEAD ->
          progress.peers().isEmpty() ? "Waiting for a peer and a head" : "Waiting for a head";
      case CHOOSING_HEAD -> "Choosing a head";
      case NO_PEERS -> "Waiting for a peer";
      default -> "Waiting for a peer that has the head";
    };
  }

  private static LogLine tip(String message, Progress progress) {
    return LogLine.of(message)
        .with("number", new Count(progress.tip().number()))
        .with("hash", progress.tip().hash());
  }
}
