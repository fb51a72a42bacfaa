package dev.windlass.sim;

import dev.windlass.downloader.DownloaderLimits;

/**
 * How long a sync from one honest node may take, from the bytes of its chain, the node's line, and
 * the constants of the core.
 *
 * <p>It is a sum. The first part is {@link #SLACK} times the time that the line needs for the chain
 * and for the round trips that the limits require in sequence. Each bad head or anchor adds {@link
 * #TURNS_PER_BAD_HEAD} turns. Each other bad peer adds the time to detect it. {@link #CYCLES}
 * forced cycles are added too.
 */
final class LivenessBound {
  private static final long SECONDS = 1_000_000_000L;

  /** The factor on the time of the line and the round trips. */
  private static final int SLACK = 3;

  /** A turn is the progress deadline and the back-off after it. */
  private static final int TURNS_PER_BAD_HEAD = 2;

  private static final int CYCLES = 6;

  /** Three timeouts, each with the back-off after it. */
  private static final long BAD_PEER_NANOS = 40 * SECONDS;

  /** One job of each kind. */
  private static final long STORE_NANOS = 4 * StoreLine.NANOS_MAX;

  private final DownloaderLimits limits;
  private long nanos;

  LivenessBound(DownloaderLimits limits) {
    this.limits = limits;
    nanos = CYCLES * limits.forcedCycleNanos() + 2 * limits.progressDeadlineNanos();
  }

  /** Adds the whole chain from the honest node, as the worst case. */
  LivenessBound chain(long blocks, long bytes, PeerTraits traits) {
    long line = traits.bytesPerSecond() == 0 ? 0 : bytes * SECONDS / traits.bytesPerSecond();
    long blockBytes = Math.max(1, bytes / Math.max(1, blocks));
    long rounds = blocks / linksPerRound(blockBytes) + blocks / blocksPerRound(blockBytes) + 10;
    nanos += SLACK * (line + rounds * (traits.latencyNanos() + STORE_NANOS));
    return this;
  }

  private long linksPerRound(long blockBytes) {
    long most = Math.min(limits.peers().headersPerRequestMax(), limits.headersAheadMax());
    most = Math.min(most, limits.headersPerAppendMax());
    most = Math.min(most, limits.peers().hashesPerRequestMax());
    return Math.max(1, Math.min(most, limits.peers().bytesPerRequestMax() / blockBytes));
  }

  /** The blocks of one round trip. A capacity begins with one block after a timeout. */
  private long blocksPerRound(long blockBytes) {
    long most = Math.min(limits.queue().windowBlocksMax(), limits.insertBlocksMax());
    most = Math.min(most, limits.queue().linksAheadMax());
    most = Math.min(most, limits.peers().wholeBlocksPerRequestMax() / 2);
    most = Math.min(most, limits.peers().bodiesPerRequestMax() / 2);
    most = Math.min(most, limits.queue().windowBytesMax() / blockBytes / 2);
    most = Math.min(most, limits.insertBytesMax() / blockBytes);
    return Math.max(1, Math.min(most, limits.peers().bytesPerRequestMax() / blockBytes));
  }

  LivenessBound badHeads(int count) {
    long turn = limits.progressDeadlineNanos() + limits.forcedCycleNanos();
    nanos += (long) count * TURNS_PER_BAD_HEAD * turn;
    return this;
  }

  LivenessBound badPeers(int count) {
    nanos += count * BAD_PEER_NANOS;
    return this;
  }

  long nanos() {
    return nanos;
  }
}
