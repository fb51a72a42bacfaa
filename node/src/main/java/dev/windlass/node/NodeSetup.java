package dev.windlass.node;

import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Trust;
import dev.windlass.downloader.verticle.DownloaderListener;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The bounds of a node, what it trusts, and what observes it.
 *
 * @param memory the node takes its share for messages. The limits have the shares for blocks
 * @param limits the bounds of its downloader, and whether it follows the heads of peers
 * @param listeners receive the events of its downloader
 */
public record NodeSetup(
    MemoryPlan memory, DownloaderLimits limits, Trust trust, List<DownloaderListener> listeners) {
  public NodeSetup {
    Objects.requireNonNull(memory);
    Objects.requireNonNull(limits);
    Objects.requireNonNull(trust);
    listeners = List.copyOf(listeners);
  }

  /** With the default memory, no checkpoints and no listeners. */
  public static NodeSetup of(DownloaderLimits limits) {
    return new NodeSetup(MemoryPlan.DEFAULT, limits, Trust.ROOT_ONLY, List.of());
  }

  /**
   * With the usual limits for a memory plan.
   *
   * @param followsPeers whether heads that peers claim are synced
   */
  public static NodeSetup of(MemoryPlan memory, Trust trust, boolean followsPeers) {
    DownloaderLimits usual = memory.limits(DownloaderLimits.DEFAULT);
    DownloaderLimits limits = followsPeers ? usual : usual.withoutPeersHeads();
    return new NodeSetup(memory, limits, trust, List.of());
  }

  public NodeSetup with(DownloaderListener... more) {
    List<DownloaderListener> all = Stream.concat(listeners.stream(), Stream.of(more)).toList();
    return new NodeSetup(memory, limits, trust, all);
  }
}
