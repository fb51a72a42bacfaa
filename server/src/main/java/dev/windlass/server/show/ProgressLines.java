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
 * Turns snapshots into log lines. A line is due when a sync begins or ends, when the node is in
 * sync, and every few seconds during a sync. While the chain is followed block by block, several
 * inserts become one line.
 *
 * <p>Owned by one thread. Each snapshot has its time.
 */
final class ProgressLines {
  /** The interval of lines during a sync, as in geth and Besu. */
  static final long LINE_NANOS = 8_000_000_000L;

  /** The interval of lines while there is no sync. */
  static final long IDLE_LINE_NANOS = 60_000_000_000L;

  /** The first line comes after this time, when a requested sync has begun. */
  static final long START_NANOS = 2_000_000_000L;

  /** The most new blocks that count as following the chain. It is as many as a node announces. */
  private static final long FOLLOWED_BLOCKS_MAX = 32;

  private static final int HEADS_MAX = 64;

  private static final String IN_SYNC = "In sync";

  private final InsertTally inserts;

  /** Limits the lines of heads that are tried again and again. */
  private final Repeats<Hash> begins = new Repeats<>(HEADS_MAX);

  private final RateMeter rate = new RateMeter();
  private Progress.Phase ratedPhase = Progress.Phase.IDLE;
  private long sync = -1;
  private long syncSinceNanos;

  /** Whether the last line was not that the node is in sync. */
  private boolean isSyncNews = true;

  private long lastLineNanos;

  /** When the next line without a sync is due. */
  private long idleLineNanos;

  private boolean isFirst = true;

  ProgressLines(InsertTally inserts) {
    this.inserts = inserts;
  }

  /** The lines to log now. Usually none. */
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

  /** Logs the start of a sync, unless it only follows the chain. */
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

  /** The line about the progress of a sync. */
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
    LogLine line = tip(state(picture), progress).with("peers", progress.peers().size());
    return progress.unserved().map(of -> line.with("unserved", of.toString())).orElse(line);
  }

  /** The message for an operator while nothing is synced. */
  private static String state(StatusSnapshot picture) {
    if (picture.sync().isInSync()) {
      return IN_SYNC;
    }
    Progress progress = picture.progress();
    Optional<Progress.WaitingReason> waiting = progress.waiting();
    if (waiting.isEmpty()) {
      if (picture.sync().unseenBlocks().isEmpty()) {
        return "Waiting for a node that names a head";
      }
      return picture.sync().tipOverAge().isPresent()
          ? "The newest block is too old"
          : "Waiting for another head";
    }
    return switch (waiting.get()) {
      case NO_HEAD ->
          progress.peers().isEmpty() ? "Waiting for a peer and a head" : "Waiting for a head";
      case CHOOSING_HEAD -> "Choosing a head";
      case PAUSED -> "Paused";
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
