package dev.windlass.store;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Deletes what lies below the root of a limited history, in batches of bounded size, the lowest
 * numbers first.
 *
 * <p>The thread that writes the store calls {@link #step}. What a stop leaves is found again at the
 * next start, since nothing else lies there. The genesis stays. A body file goes once the root has
 * left its epoch.
 */
final class Pruning {
  /** Some 5 MB of headers and bodies of average size, if the bodies lie in the database. */
  static final int NUMBERS_PER_STEP = 512;

  private static final int TOTALS_PER_STEP = 8_192;
  private static final byte[] BY_NUMBER = {
    Columns.HEADER, Columns.BODY, Columns.PLACES, Columns.NUMBER_TO_HASH
  };

  private final Database database;
  private final BlockColumns blocks;
  private boolean isDone;

  /** Nothing lies between the genesis and this number. */
  private long from;

  Pruning(Database database, BlockColumns blocks) {
    this.database = database;
    this.blocks = blocks;
    from = blocks.floor().genesis().number() + 1;
  }

  /** The root has moved up from this number. */
  void begin(long lowest) {
    from = isDone ? lowest : Math.min(from, lowest);
    isDone = false;
  }

  /** Does one step. Returns false if there is none. */
  boolean step() {
    synchronized (blocks) {
      if (isDone || blocks.floor().isAtGenesis()) {
        return false;
      }
      long lowest = lowest();
      if (lowest < blocks.root().number()) {
        delete(lowest, Math.min(blocks.root().number(), lowest + NUMBERS_PER_STEP));
        return true;
      }
      if (deleteTotals()) {
        return true;
      }
      blocks.bodies().files().removeBelow(BodyFileFormat.epochOf(blocks.root().number()));
      isDone = true;
      return false;
    }
  }

  /** The lowest number that has an entry, or one that is not below the root. */
  private long lowest() {
    long lowest = blocks.root().number();
    for (byte column : BY_NUMBER) {
      byte[] end = Columns.numberKey(column, lowest);
      long found =
          database.walk(
              end,
              cursor -> {
                cursor.seek(Columns.numberKey(column, from));
                return cursor.isOnEntry() ? Columns.numberOfKey(cursor.key()) : Long.MAX_VALUE;
              });
      lowest = Math.min(lowest, found);
    }
    return lowest;
  }

  /** Deletes the numbers from one on, up to another that stays. */
  private void delete(long first, long end) {
    Batch batch = new Batch();
    for (byte column : BY_NUMBER) {
      database.visit(
          Columns.numberKey(column, first),
          Columns.numberKey(column, end),
          (key, value) -> {
            batch.delete(key);
            if (column == Columns.HEADER) {
              batch.delete(Columns.hashToNumberKey(Columns.hashOfHeaderKey(key)));
            }
          });
    }
    for (long epoch = BodyFileFormat.epochOf(first);
        epoch <= BodyFileFormat.epochOf(end - 1);
        epoch++) {
      noteEpoch(batch, epoch, end);
    }
    database.write(batch);
    from = end;
  }

  /** The index of a sealed file has the places that are deleted. */
  private void noteEpoch(Batch batch, long epoch, long end) {
    Bodies bodies = blocks.bodies();
    EpochRecord record = bodies.epochs().get(epoch);
    if (record == null) {
      return;
    }
    if (BodyFileFormat.firstNumberOf(epoch + 1) <= end) {
      bodies.forgetEpoch(batch, epoch);
    } else if (record.isSealed()) {
      bodies.putEpoch(batch, epoch, new EpochRecord(record.syncedBytes(), 0, record.isAhead()));
    }
  }

  /** They count from the genesis, and are added again if the root ever comes back to it. */
  private boolean deleteTotals() {
    List<byte[]> some =
        database.walk(
            Columns.start(Columns.TOTALS + 1),
            cursor -> {
              List<byte[]> keys = new ArrayList<>();
              cursor.seek(Columns.start(Columns.TOTALS));
              for (; cursor.isOnEntry() && keys.size() < TOTALS_PER_STEP; cursor.next()) {
                keys.add(cursor.key());
              }
              return keys;
            });
    if (some.isEmpty()) {
      return false;
    }
    Batch batch = new Batch();
    some.forEach(batch::delete);
    database.write(batch);
    return true;
  }

  /** The blocks from the number of a new root on that stand on what lies below it. */
  static List<BlockId> standingBelow(Database database, BlockId root) {
    List<BlockId> all = new ArrayList<>();
    Set<Hash> level = new HashSet<>();
    visit(
        database,
        root.number(),
        (id, header) -> {
          if (!id.equals(root)) {
            level.add(id.hash());
            all.add(id);
          }
        });
    for (long number = root.number() + 1; !level.isEmpty(); number++) {
      Set<Hash> below = Set.copyOf(level);
      level.clear();
      visit(
          database,
          number,
          (id, header) -> {
            if (below.contains(header.parentHash())) {
              level.add(id.hash());
              all.add(id);
            }
          });
    }
    return all;
  }

  private interface HeaderVisitor {
    void on(BlockId id, BlockHeader header);
  }

  private static void visit(Database database, long number, HeaderVisitor visitor) {
    database.visit(
        Columns.headerKey(number, Hash.ZERO),
        Columns.headerKey(number + 1, Hash.ZERO),
        (key, raw) -> {
          BlockId id = Columns.idOfKey(key);
          visitor.on(id, BlockColumns.header(raw, id.hash()));
        });
  }
}
