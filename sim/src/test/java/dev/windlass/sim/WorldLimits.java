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

  /**
   * The default limits, except for the window. Peers that stall get one question at a time. One
   * world in seven waits half a second for the block of an announced head.
   */
  DownloaderLimits nearDefault(WorldKind kind) {
    int blocks = 50 + random.nextInt(600);
    return DownloaderLimits.DEFAULT.with(
        limits -> {
          limits.queue = limits.queue.with(queue -> queue.windowBlocksMax = blocks);
          limits.announcedWaitNanos = blocks % 7 == 0 ? 500_000_000L : 0;
          if (kind == WorldKind.STALLING) {
            limits.peers = limits.peers.with(peers -> peers.creditsMax = 1);
          }
        });
  }

  /** Any limits, from one block, one request and two kilobytes on. */
  DownloaderLimits any() {
    return DownloaderLimits.DEFAULT.with(this::draw);
  }

  // The order of what is drawn belongs to the seeds.

  private void draw(DownloaderLimits.Draft limits) {
    limits.queue = limits.queue.with(this::draw);
    limits.peers = limits.peers.with(this::draw);
    limits.hashesNewMin = 16;
    limits.paceItemsMin = 3 * 16;
    limits.headersAheadMax = 1 + random.nextInt(400);
    limits.headersPerAppendMax = 1 + random.nextInt(200);
    limits.bannedHashesMax = 5 + random.nextInt(100);
    limits.insertBlocksMax = 1 + random.nextInt(64);
    if (random.nextInt(3) == 0) {
      limits.insertBytesMax = 1_000L + random.nextInt(20_000);
    }
    limits.insertsWaitingMax = 1 + random.nextInt(3);
  }

  private void draw(QueueLimits.Draft queue) {
    queue.windowBlocksMax = 1 + random.nextInt(random.nextBoolean() ? 40 : 600);
    if (random.nextInt(3) == 0) {
      queue.windowBytesMax = 2_000L + random.nextInt(60_000);
    }
    queue.linksAheadMax = 1 + random.nextInt(200);
    queue.copiesMax = 2 + random.nextInt(2);
  }

  private void draw(PeerLimits.Draft peers) {
    peers.hashesPerRequestMax = 24 + random.nextInt(100);
    peers.headersPerRequestMax = 1 + random.nextInt(100);
    peers.wholeBlocksPerRequestMax = 1 + random.nextInt(128);
    peers.bodiesPerRequestMax = 1 + random.nextInt(128);
    peers.blocksPerRequestFirst = 1 + random.nextInt(32);
    if (random.nextInt(3) == 0) {
      peers.bytesPerRequestMax = 1L + random.nextInt(40_000);
    }
    peers.creditsMax = 1 + random.nextInt(4);
    peers.lacksMax = 1 + random.nextInt(500);
  }
}
