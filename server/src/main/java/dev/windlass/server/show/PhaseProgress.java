package dev.windlass.server.show;

import dev.windlass.downloader.Progress;
import java.util.OptionalLong;

/**
 * Where a phase stands: how much of what is done, how fast, and how long the rest takes.
 *
 * @param name what is counted
 * @param whole empty while it is not known
 * @param etaNanos empty while it cannot be told
 */
record PhaseProgress(
    String name, long done, OptionalLong whole, double perSecond, OptionalLong etaNanos) {
  /** Below this the rate says nothing about the rest. */
  private static final double RATE_MIN = 0.01;

  /** The course of the phase that a sync is in. */
  static PhaseProgress of(Progress progress, Progress.ActiveSync sync, double perSecond) {
    if (progress.phase() == Progress.Phase.FETCHING_BLOCKS) {
      OptionalLong whole = known(sync.blocksTotal());
      return new PhaseProgress(
          "blocks", sync.blocksInserted(), whole, perSecond, eta(sync, whole, perSecond));
    }
    // The walk ends at the tip, or below it where the head is on a fork.
    OptionalLong whole =
        sync.anchorNumber() > progress.tip().number()
            ? OptionalLong.of(Math.max(sync.links(), sync.anchorNumber() - progress.tip().number()))
            : OptionalLong.empty();
    return new PhaseProgress(
        "hashes", sync.links(), whole, perSecond, rest(sync.links(), whole, perSecond));
  }

  /** The course of something whose length is known. */
  static PhaseProgress of(String name, long done, long total, double perSecond) {
    OptionalLong whole = OptionalLong.of(total);
    return new PhaseProgress(name, done, whole, perSecond, rest(done, whole, perSecond));
  }

  private static OptionalLong eta(Progress.ActiveSync sync, OptionalLong whole, double perSecond) {
    // What was quick until it stopped takes for ever.
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
