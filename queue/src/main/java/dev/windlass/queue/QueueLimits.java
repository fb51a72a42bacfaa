package dev.windlass.queue;

/**
 * The bounds of the reservation queue.
 *
 * @param windowBlocksMax how many numbers above the next one to insert may be reserved or buffered;
 *     2015 had 1024, which at a round trip of 50 ms allows 20,000 blocks a second at most
 * @param windowBytesMax bytes promised, buffered or being inserted; above it, only the next block
 *     to insert is reserved
 * @param linksAheadMax links that are held above the window, so that a reservation never waits for
 *     links to load
 * @param copiesMax how many peers may be asked for the same block at once, hedges included
 */
public record QueueLimits(
    int windowBlocksMax, long windowBytesMax, int linksAheadMax, int copiesMax) {
  /** A quarter of the default is enough for 20,480 links with headers of 800 bytes. */
  private static final int HEADER_DIVISOR = 4;

  private static final long HEADER_BYTES_MIN = 1 << 20;

  public static final QueueLimits DEFAULT = new QueueLimits(16_384, 64L << 20, 4_096, 3);

  /** The bounds of the 2015 downloader: 1024 blocks whatever their size, one copy. */
  public static final QueueLimits OF_2015 = new QueueLimits(1_024, Long.MAX_VALUE / 4, 4_096, 1);

  public QueueLimits {
    require(windowBlocksMax >= 1, "windowBlocksMax", windowBlocksMax);
    require(windowBytesMax >= 1, "windowBytesMax", windowBytesMax);
    require(linksAheadMax >= 1, "linksAheadMax", linksAheadMax);
    require(copiesMax >= 1 && copiesMax <= 100, "copiesMax", copiesMax);
  }

  /** Bytes of the headers of links that are held or asked for. Above it, no more are loaded. */
  public long headerBytesMax() {
    return Math.max(HEADER_BYTES_MIN, windowBytesMax / HEADER_DIVISOR);
  }

  private static void require(boolean holds, String name, long value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " " + value);
    }
  }

  public QueueLimits withWindow(int blocksMax, long bytesMax) {
    return new QueueLimits(blocksMax, bytesMax, linksAheadMax, copiesMax);
  }
}
