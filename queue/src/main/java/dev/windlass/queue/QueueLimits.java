package dev.windlass.queue;

import java.util.function.Consumer;

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

  public static final QueueLimits DEFAULT = new Draft().limits();

  /** The bounds of the 2015 downloader: 1024 blocks whatever their size, one copy. */
  public static final QueueLimits OF_2015 =
      DEFAULT.with(
          limits -> {
            limits.windowBlocksMax = 1_024;
            limits.windowBytesMax = Long.MAX_VALUE / 4;
            limits.copiesMax = 1;
          });

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

  /** The same but for what is changed, each limit by its name. */
  public QueueLimits with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.limits();
  }

  /** Limits that are being changed; those of a new one are the default. */
  public static final class Draft {
    public int windowBlocksMax = 16_384;
    public long windowBytesMax = 64L << 20;
    public int linksAheadMax = 4_096;
    public int copiesMax = 3;

    private Draft() {}

    private Draft(QueueLimits from) {
      windowBlocksMax = from.windowBlocksMax;
      windowBytesMax = from.windowBytesMax;
      linksAheadMax = from.linksAheadMax;
      copiesMax = from.copiesMax;
    }

    private QueueLimits limits() {
      return new QueueLimits(windowBlocksMax, windowBytesMax, linksAheadMax, copiesMax);
    }
  }
}
