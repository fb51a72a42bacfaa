package dev.windlass.server.show;

import dev.windlass.downloader.Progress;
import dev.windlass.node.SyncView;
import java.util.Objects;

/**
 * The state of a node at one moment.
 *
 * @param nowNanos from a monotonic clock
 */
public record StatusSnapshot(Progress progress, SyncView sync, long nowNanos) {
  public StatusSnapshot {
    Objects.requireNonNull(progress);
    Objects.requireNonNull(sync);
  }
}
