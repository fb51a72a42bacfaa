package dev.windlass.server.show;

import dev.windlass.downloader.Progress;
import dev.windlass.node.SyncView;
import java.util.Objects;

/**
 * All that is known at one moment.
 *
 * @param nowNanos of a clock that only runs forward
 */
public record StatusSnapshot(Progress progress, SyncView sync, long nowNanos) {
  public StatusSnapshot {
    Objects.requireNonNull(progress);
    Objects.requireNonNull(sync);
  }
}
