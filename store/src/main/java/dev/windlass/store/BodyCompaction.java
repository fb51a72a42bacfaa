package dev.windlass.store;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;

/**
 * Lets LevelDB drop the bodies that have left the database. By itself it would keep most of them,
 * since it merges only where much is written.
 *
 * <p>Owned by {@link BodySealer}. It waits until LevelDB has merged its newest tables, which it
 * would have to do first, and then takes one piece after the other.
 */
final class BodyCompaction {
  /** So many bytes may be left in the tables. */
  private static final long LEFT_BYTES_MAX = 1L << 30;

  /** Some tenths of a second. */
  private static final long PIECE_BYTES = 128L << 20;

  private final Database database;
  private final Bodies bodies;
  private final long lowest;
  private final long leftBytesMax;
  private final long pieceBytes;
  private long movedBytes;
  private boolean isCompacting;
  private long next;

  BodyCompaction(Database database, Bodies bodies, BlockId root) {
    this(database, bodies, root, LEFT_BYTES_MAX, PIECE_BYTES);
  }

  BodyCompaction(
      Database database, Bodies bodies, BlockId root, long leftBytesMax, long pieceBytes) {
    this.database = database;
    this.bodies = bodies;
    this.leftBytesMax = leftBytesMax;
    this.pieceBytes = pieceBytes;
    lowest = root.number() + 1;
    // The last process may have left some.
    movedBytes = pieceBytes;
  }

  void noteMoved(long bytes) {
    movedBytes += bytes;
  }

  /** Takes one piece. Returns false if there is none, or if LevelDB is busy. */
  boolean step() {
    long end = bodies.lowestInDatabase();
    if (!isCompacting && movedBytes >= pieceBytes) {
      movedBytes = 0;
      isCompacting = leftBytes(lowest, end) >= leftBytesMax;
      next = lowest;
    }
    if (!isCompacting || !database.hasMergedNewest()) {
      return false;
    }
    long to = endOfPiece(next, end);
    database.compact(Columns.bodyKey(next, Hash.ZERO), Columns.bodyKey(to, Hash.ZERO));
    next = to;
    isCompacting = to < end;
    return true;
  }

  private long endOfPiece(long from, long end) {
    long low = from + 1;
    long high = end;
    while (low < high) {
      long middle = low + (high - low) / 2;
      if (leftBytes(from, middle) < pieceBytes) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return Math.max(low, high);
  }

  private long leftBytes(long from, long to) {
    return database.tableBytes(
        Columns.bodyKey(from, Hash.ZERO), Columns.bodyKey(Math.max(from, to), Hash.ZERO));
  }
}
