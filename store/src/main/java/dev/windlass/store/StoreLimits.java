package dev.windlass.store;

import java.time.Duration;
import java.util.Objects;

/**
 * What the store may use, in memory and on disk.
 *
 * @param writeBufferBytes how much LevelDB gathers before it writes a table; it holds up to two of
 *     these outside the heap
 * @param cacheBytes LevelDB's cache of uncompressed blocks, outside the heap
 * @param tableBlockBytes how many bytes of keys and values LevelDB compresses and reads at once
 * @param syncEvery how long writes may stay where a power cut takes them, while writing goes on
 * @param linksPerRowMax how many hashes lie in one value of the links column; a removal takes 16
 *     such values at a time
 * @param roomBytesMax how much of the disk is left free once the store is large
 */
public record StoreLimits(
    int writeBufferBytes,
    int cacheBytes,
    int tableBlockBytes,
    Duration syncEvery,
    int linksPerRowMax,
    long roomBytesMax) {
  private static final int MIB = 1 << 20;

  /**
   * Measured over 1 GB of bodies and 300,000 headers: a smaller write buffer costs up to half of
   * the rate, since all columns share each table and merging them takes over; table blocks of 64
   * KiB give up to a quarter more, and make each look-up by hash unpack four times as much.
   */
  public static final StoreLimits DEFAULT =
      new StoreLimits(64 * MIB, 32 * MIB, 16 << 10, Duration.ofSeconds(1), 2048, 1024L * MIB);

  /** The same, with another share of the disk that is left free. */
  StoreLimits withRoomBytesMax(long bytes) {
    return new StoreLimits(
        writeBufferBytes, cacheBytes, tableBlockBytes, syncEvery, linksPerRowMax, bytes);
  }

  public StoreLimits {
    Objects.requireNonNull(syncEvery);
    if (writeBufferBytes < MIB
        || cacheBytes < MIB
        || tableBlockBytes < 1024
        || linksPerRowMax < 1
        || roomBytesMax < 0) {
      throw new IllegalArgumentException("store limits out of range: " + writeBufferBytes);
    }
  }
}
