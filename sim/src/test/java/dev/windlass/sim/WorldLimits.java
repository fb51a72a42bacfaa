package dev.windlass.sim;

import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerLimits;
import dev.windlass.queue.QueueLimits;
import java.util.SplittableRandom;

/** Draws the limits of a random world. */
final class WorldLimits {
  private final SplittableRandom random;

  WorldLimits(SplittableRandom random) {
    this.random = random;
  }

  /** The default limits, except for the window. */
  DownloaderLimits nearDefault() {
    QueueLimits d = QueueLimits.DEFAULT;
    QueueLimits queue =
        new QueueLimits(
            50 + random.nextInt(600), d.windowBytesMax(), d.linksAheadMax(), d.copiesMax());
    return DownloaderLimits.DEFAULT.with(queue, PeerLimits.DEFAULT);
  }

  /** Any limits, from one block, one request and two kilobytes on. */
  DownloaderLimits any() {
    QueueLimits queue =
        new QueueLimits(
            1 + random.nextInt(random.nextBoolean() ? 40 : 600),
            random.nextInt(3) == 0 ? 2_000 + random.nextInt(60_000) : 64L << 20,
            1 + random.nextInt(200),
            2 + random.nextInt(2));
    PeerLimits d = PeerLimits.DEFAULT;
    PeerLimits peerLimits =
        new PeerLimits(
            24 + random.nextInt(100),
            1 + random.nextInt(100),
            1 + random.nextInt(128),
            1 + random.nextInt(128),
            1 + random.nextInt(32),
            random.nextInt(3) == 0 ? 1 + random.nextInt(40_000) : d.bytesPerRequestMax(),
            1 + random.nextInt(4),
            d.hashTimeoutNanos(),
            d.slowNanos(),
            d.blockTimeoutNanos(),
            d.timeoutNanosMin(),
            d.lateNanosMin(),
            1 + random.nextInt(500));
    DownloaderLimits all = DownloaderLimits.DEFAULT;
    return new DownloaderLimits(
        queue,
        peerLimits,
        16,
        all.linksMax(),
        1 + random.nextInt(400),
        1 + random.nextInt(200),
        5 + random.nextInt(100),
        1 + random.nextInt(64),
        random.nextInt(3) == 0 ? 1_000 + random.nextInt(20_000) : all.insertBytesMax(),
        1 + random.nextInt(3),
        all.crossCheckNanos(),
        all.forcedCycleNanos(),
        all.peersWanted(),
        all.anchorsMax(),
        all.progressDeadlineNanos(),
        true);
  }
}
