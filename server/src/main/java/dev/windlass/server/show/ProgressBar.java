package dev.windlass.server.show;

import dev.windlass.downloader.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Draws a sync as one row of a terminal.
 *
 * <p>Owned by one thread. Each snapshot has its time.
 */
final class ProgressBar {
  private final RateMeter rate = new RateMeter();
  private Progress.Phase ratedPhase = Progress.Phase.IDLE;

  /** The row, which is narrower than the terminal. Empty if there is no sync. */
  String draw(StatusSnapshot picture, int columns) {
    Progress progress = picture.progress();
    Optional<Progress.ActiveSync> sync = progress.sync();
    if (progress.phase() != ratedPhase) {
      ratedPhase = progress.phase();
      rate.clear();
    }
    if (sync.isEmpty()) {
      return "";
    }
    long done = PhaseProgress.of(progress, sync.get(), 0).done();
    PhaseProgress course =
        PhaseProgress.of(progress, sync.get(), rate.perSecond(done, picture.nowNanos()));
    List<String> more = new ArrayList<>();
    more.add("peers " + progress.peers().size());
    progress.waiting().ifPresent(reason -> more.add(reason.toString()));
    return new BarRow(course, more).fitted(columns);
  }
}
