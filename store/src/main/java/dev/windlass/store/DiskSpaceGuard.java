package dev.windlass.store;

import dev.windlass.chain.store.StoreException;
import java.io.File;
import java.nio.file.Path;

/**
 * How much of the disk must be free before LevelDB may write.
 *
 * <p>leveldbjni 1.8 extends files without filling them, and writes through memory maps of them. If
 * the disk fills up meanwhile, there is no error but a SIGBUS, which ends the whole process. So
 * each write first checks the free space. It leaves enough for LevelDB's own writes afterwards: its
 * log, its buffers and a merge, which is at most as large as the store.
 */
final class DiskSpaceGuard {
  /** Enough for the manifest, the log and the maps' steps of 1 MiB. */
  static final long ROOM_BYTES_MIN = 8L << 20;

  private final Path folder;
  private final File disk;
  private final long roomBytesMax;
  private final boolean isKnown;

  DiskSpaceGuard(Path folder, long roomBytesMax) {
    this.folder = folder;
    this.roomBytesMax = roomBytesMax;
    // Not its FileStore, which needs a mount point. A chroot may have none.
    disk = folder.toFile();
    isKnown = disk.getTotalSpace() > 0;
  }

  /** Whether the file system reports how much is free. If it does not, no write is refused. */
  boolean isKnown() {
    return isKnown;
  }

  /**
   * Refuses a write that the disk might not hold.
   *
   * @param writeBytes the size of the write
   * @param storedBytes the size of the store
   */
  void require(long writeBytes, long storedBytes) {
    // Twice, for the log and for the table that LevelDB makes from it.
    require(2 * writeBytes + kept(storedBytes));
  }

  /** Refuses bytes of another file that the disk might not hold beside the store's own work. */
  void requireFile(long fileBytes, long storedBytes) {
    require(fileBytes + kept(storedBytes));
  }

  /** Whether less is free than LevelDB's own work may need. */
  boolean isShort(long storedBytes) {
    return isKnown && disk.getUsableSpace() < kept(storedBytes);
  }

  /** Whether the space may be short for a store of any size. */
  boolean mayBeShort() {
    return isShort(roomBytesMax);
  }

  private long kept(long storedBytes) {
    return Math.min(roomBytesMax, ROOM_BYTES_MIN + 2 * storedBytes);
  }

  /**
   * Refuses an opening that the disk might not hold. A disk on which writes were refused still
   * holds an opening.
   *
   * @param logBytes bytes of LevelDB's log, which opening turns into tables
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
