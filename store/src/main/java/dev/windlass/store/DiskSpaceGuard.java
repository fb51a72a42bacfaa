package dev.windlass.store;

import dev.windlass.chain.store.StoreException;
import java.io.File;
import java.nio.file.Path;

/**
 * How much of the disk must be free before LevelDB may write.
 *
 * <p>leveldbjni 1.8 writes through memory maps of files that it lengthened without filling them: a
 * disk that fills up meanwhile is not an error but a SIGBUS, which ends the whole process. So each
 * write is preceded by a look at the free room, and enough is left for what LevelDB writes on its
 * own afterwards: its log, its buffers and a merge, which is at most as large as the store is.
 */
final class DiskSpaceGuard {
  /** Manifest, log and the maps' steps of 1 MiB. */
  static final long ROOM_BYTES_MIN = 8L << 20;

  private final Path folder;
  private final File disk;
  private final long roomBytesMax;
  private final boolean isKnown;

  DiskSpaceGuard(Path folder, long roomBytesMax) {
    this.folder = folder;
    this.roomBytesMax = roomBytesMax;
    // Not its FileStore, which has to find a mount point first: a chroot may have none.
    disk = folder.toFile();
    isKnown = disk.getTotalSpace() > 0;
  }

  /** Whether the file system says how much is free; if it does not, nothing is refused. */
  boolean isKnown() {
    return isKnown;
  }

  /**
   * Refuses a write that the disk might not hold.
   *
   * @param writeBytes what is about to be written
   * @param storedBytes what the store holds
   */
  void require(long writeBytes, long storedBytes) {
    // Twice, for the log and for the table that is made from it.
    require(2 * writeBytes + kept(storedBytes));
  }

  /** Whether less is free than is kept back for LevelDB's own work. */
  boolean isShort(long storedBytes) {
    return isKnown && disk.getUsableSpace() < kept(storedBytes);
  }

  /** Whether it can be short at all, however much is stored. */
  boolean mayBeShort() {
    return isShort(roomBytesMax);
  }

  private long kept(long storedBytes) {
    return Math.min(roomBytesMax, ROOM_BYTES_MIN + 2 * storedBytes);
  }

  /**
   * Refuses an opening that the disk might not hold; one that writes were refused on does.
   *
   * @param logBytes how much of LevelDB's log opening turns into tables
   */
  void requireToOpen(long logBytes) {
    require(logBytes + ROOM_BYTES_MIN / 2);
  }

  private void require(long needed) {
    if (!isKnown) {
      return;
    }
    long free = disk.getUsableSpace();
    if (free < needed) {
      throw new StoreException(
          StoreException.Kind.NOT_WRITABLE,
          "no space left for the store in "
              + folder
              + ": "
              + (free >> 20)
              + " MiB are free, "
              + ((needed >> 20) + 1)
              + " MiB are needed; what was stored so far is safe");
    }
  }
}
