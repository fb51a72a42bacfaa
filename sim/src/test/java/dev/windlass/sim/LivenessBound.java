package dev.windlass.sim;

import dev.windlass.downloader.DownloaderLimits;

/**
 * How long a sync may take that one honest node serves, from the bytes of its chain, that node's
 * line, and the constants of the core.
 *
 * <p>The sum of: {@link #SLACK} times what the line needs for the chain, and the round trips that
 * the limits force one after another; for each head or anchor that leads nowhere {@link
 * #TURNS_PER_BAD_HEAD} turns; for each other peer that answers badly what it costs to find out; and
 * {@link #CYCLES} forced cycles.
 */
final class LivenessBound {
  private static final long SECONDS = 1_000_000_000L;

  /** What the line and the round trips may take beyond their sum. */
  private static final int SLACK = 3;

  /** A turn is the progress deadline and the rest after it. */
  private static final int TURNS_PER_BAD_HEAD = 2;

  private static final int CYCLES = 6;

  /** Three timeouts, each with the rest after it. */
  private static final long BAD_PEER_NANOS = 40 * SECONDS;

  /** One piece of work of each kind. */
  private static final long STORE_NANOS = 4 * StoreLine.NANOS_MAX;

  private final DownloaderLimits limits;
  private long nanos;

  LivenessBound(DownloaderLimits limits) {
    this.limits = limits;
    nanos = CYCLES * limits.forcedCycleNanos() + 2 * limits.progressDeadlineNanos();
  }

  /** The chain that comes from the honest node, all of it at worst. */
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

  /** A capacity that a timeout shrank begins with one block. */
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
