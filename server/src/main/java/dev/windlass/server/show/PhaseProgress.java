package dev.windlass.server.show;

import dev.windlass.downloader.Progress;
import java.util.OptionalLong;

/**
 * The progress of a phase: its count, its rate, and its remaining time.
 *
 * @param name the unit of the count
 * @param whole empty if it is not known
 * @param etaNanos empty if it is not known
 */
record PhaseProgress(
    String name, long done, OptionalLong whole, double perSecond, OptionalLong etaNanos) {
  /** A lower rate gives no useful estimate of the remaining time. */
  private static final double RATE_MIN = 0.01;

  /** The progress of the current phase of a sync. */
  static PhaseProgress of(Progress progress, Progress.ActiveSync sync, double perSecond) {
    if (progress.phase() == Progress.Phase.FETCHING_BLOCKS) {
      OptionalLong whole = known(sync.blocksTotal());
      return new PhaseProgress(
          "blocks", sync.blocksInserted(), whole, perSecond, eta(sync, whole, perSecond));
    }
    // The walk ends at the tip, or below it if the head is on a fork.
    OptionalLong whole =
        sync.anchorNumber() > progress.tip().number()
            ? OptionalLong.of(Math.max(sync.links(), sync.anchorNumber() - progress.tip().number()))
            : OptionalLong.empty();
    return new PhaseProgress(
        "hashes", sync.links(), whole, perSecond, rest(sync.links(), whole, perSecond));
  }

  /** The progress of a task of known length. */
  static PhaseProgress of(String name, long done, long total, double perSecond) {
    OptionalLong whole = OptionalLong.of(total);
    return new PhaseProgress(name, done, whole, perSecond, rest(done, whole, perSecond));
  }

  private static OptionalLong eta(Progress.ActiveSync sync, OptionalLong whole, double perSecond) {
    // A sync that has stopped has no remaining time, although its average rate is known.
    return sync.etaNanos() >= 0 && perSecond >= RATE_MIN
        ? OptionalLong.of(sync.etaNanos())
        : rest(sync.blocksInserted(), whole, perSecond);
  }

  private static OptionalLong rest(long done, OptionalLong whole, double perSecond) {
    if (whole.isEmpty() || perSecond < RATE_MIN) {
      return OptionalLong.empty();
    }
    return OptionalLong.of((long) ((whole.getAsLong() - done) / perSecond * 1e9));
  }

  private static OptionalLong known(long number) {
    return number < 0 ? OptionalLong.empty() : OptionalLong.of(number);
  }
}
