package dev.windlass.store;

import java.time.Duration;
import java.util.Objects;

/**
 * The limits of the store, in memory and on disk.
 *
 * @param writeBufferBytes how much LevelDB buffers before it writes a table; it has up to two such
 *     buffers outside the heap
 * @param cacheBytes LevelDB's cache of uncompressed blocks, outside the heap
 * @param tableBlockBytes how many bytes of keys and values LevelDB compresses and reads at once
 * @param syncEvery how long writes may stay unsynced, so that a power cut loses them, while writing
 *     goes on
 * @param linksPerRowMax how many hashes are in one value of the links column; a removal deletes 16
 *     such values at a time
 * @param roomBytesMax how many bytes of the disk are left free once the store is large
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
   * Measured over 1 GB of bodies and 300,000 headers. A smaller write buffer costs up to half of
   * the rate, since all columns share each table and merging takes most of the time. Table blocks
   * of 64 KiB give up to a quarter more, but each look-up by hash unpacks four times as much.
   */
  public static final StoreLimits DEFAULT =
      new StoreLimits(64 * MIB, 32 * MIB, 16 << 10, Duration.ofSeconds(1), 2048, 1024L * MIB);

  /** The same with another {@code cacheBytes}. */
  public StoreLimits withCacheBytes(int bytes) {
    return new StoreLimits(
        writeBufferBytes, bytes, tableBlockBytes, syncEvery, linksPerRowMax, roomBytesMax);
  }

  /** The same with another {@code roomBytesMax}. */
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
