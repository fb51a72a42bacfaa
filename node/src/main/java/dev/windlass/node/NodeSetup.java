package dev.windlass.node;

import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.History;
import dev.windlass.downloader.Trust;
import dev.windlass.downloader.verticle.Clocks;
import dev.windlass.downloader.verticle.DownloaderListener;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The bounds of a node, what it trusts, and what observes it.
 *
 * @param memory the node takes its share for messages. The limits have the shares for blocks
 * @param limits the bounds of its downloader, and whether it follows the heads of peers
 * @param current when its chain counts as current
 * @param listeners receive the events of its downloader
 * @param clocks by which requests and bans end
 */
public record NodeSetup(
    MemoryPlan memory,
    DownloaderLimits limits,
    Trust trust,
    CurrentRule current,
    List<DownloaderListener> listeners,
    Clocks clocks) {
  public NodeSetup {
    Objects.requireNonNull(memory);
    Objects.requireNonNull(limits);
    Objects.requireNonNull(trust);
    Objects.requireNonNull(current);
    listeners = List.copyOf(listeners);
    Objects.requireNonNull(clocks);
  }

  /** With the default memory, no checkpoints and no listeners. */
  public static NodeSetup of(DownloaderLimits limits) {
    return of(MemoryPlan.DEFAULT, limits, Trust.ROOT_ONLY, CurrentRule.NONE);
  }

  /** With the usual limits for a memory plan, and only the operator's heads. */
  public static NodeSetup ofOperator(MemoryPlan memory, Trust trust) {
    DownloaderLimits limits = memory.limits(DownloaderLimits.DEFAULT).withoutPeersHeads();
    return of(memory, limits, trust, CurrentRule.NONE);
  }

  /**
   * With the usual limits for a memory plan, and with the heads that followed peers claim.
   *
   * @param tipAgeMax how old the tip of a current chain may be
   */
  public static NodeSetup following(MemoryPlan memory, Trust trust, Optional<Duration> tipAgeMax) {
    DownloaderLimits limits = memory.limits(DownloaderLimits.DEFAULT);
    return of(memory, limits, trust, CurrentRule.following(trust.checkpoints(), tipAgeMax));
  }

  private static NodeSetup of(
      MemoryPlan memory, DownloaderLimits limits, Trust trust, CurrentRule current) {
    return new NodeSetup(memory, limits, trust, current, List.of(), Clocks.SYSTEM);
  }

  /** Heads that are announced by their hash wait so long for their blocks. */
  public NodeSetup waitingForBlocks(Duration wait) {
    DownloaderLimits waiting = limits.with(draft -> draft.announcedWaitNanos = wait.toNanos());
    return new NodeSetup(memory, waiting, trust, current, listeners, clocks);
  }

  /** The node fetches these blocks only. */
  public NodeSetup with(History history) {
    DownloaderLimits limited = limits.with(draft -> draft.history = history);
    return new NodeSetup(memory, limited, trust, current, listeners, clocks);
  }

  public NodeSetup with(Clocks newClocks) {
    return new NodeSetup(memory, limits, trust, current, listeners, newClocks);
  }

  public NodeSetup with(DownloaderListener... more) {
    List<DownloaderListener> all = Stream.concat(listeners.stream(), Stream.of(more)).toList();
    return new NodeSetup(memory, limits, trust, current, all, clocks);
  }
}
