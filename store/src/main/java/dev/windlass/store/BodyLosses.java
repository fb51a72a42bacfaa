package dev.windlass.store;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.store.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds bodies that the body files have lost, each time a store opens.
 *
 * <p>The database knows how much of each file has reached the disk. A file that is shorter was cut
 * or taken away. If the store was not closed, the end of a file may hold other bytes than were
 * written, since a power cut takes what was not flushed yet. So that end is read, one second of
 * writing at most. Changed bytes below it are found by reads and by the verifier.
 *
 * <p>A lost body of the canonical chain makes its block a gap, which is fetched again. A block
 * beside the chain is no longer known. Used once, while no other thread uses the store.
 */
final class BodyLosses {
  /** So many lost blocks are known by their hash. The others are only counted. */
  private static final int NAMED_MAX = 65_536;

  private final Database database;
  private final BlockColumns blocks;
  private final Bodies bodies;
  private final boolean wasClosed;
  private final boolean isOnlyRead;
  private final List<BlockId> named = new ArrayList<>();
  private long count;
  private long lowest = Long.MAX_VALUE;
  private long highest;
  private long lowestBeside = Long.MAX_VALUE;

  /**
   * Prepares the search.
   *
   * @param isOnlyRead whether the body files cannot be written
   */
  BodyLosses(Database database, BlockColumns blocks, boolean wasClosed, boolean isOnlyRead) {
    this.database = database;
    this.blocks = blocks;
    this.bodies = blocks.bodies();
    this.wasClosed = wasClosed;
    this.isOnlyRead = isOnlyRead;
  }

  /** Repairs the records. Returns what was lost in one line, or nothing. */
  Optional<String> repair() {
    for (Map.Entry<Long, EpochRecord> entry : new HashMap<>(bodies.epochs()).entrySet()) {
      long length = bodies.files().length(entry.getKey());
      long synced = entry.getValue().syncedBytes();
      boolean isEndUnknown = entry.getValue().isAhead() || (length > synced && !wasClosed);
      if (length < synced || isEndUnknown) {
        repair(entry.getKey(), entry.getValue(), length);
      }
    }
    return count == 0
        ? Optional.empty()
        : Optional.of(
            "the body files have lost "
                + count
                + " bodies of blocks from "
                + lowest
                + " to "
                + highest
                + ", which must be fetched again");
  }

  private void repair(long epoch, EpochRecord record, long length) {
    List<BlockId> canonical = new ArrayList<>();
    List<BlockId> beside = new ArrayList<>();
    long end = 0;
    for (BodyFileFormat.Row row : bodies.rows(epoch)) {
      if (!isLost(row, record, length)) {
        end = Math.max(end, row.place().end());
      } else if (blocks.isCanonical(row.id())) {
        canonical.add(row.id());
      } else {
        beside.add(row.id());
      }
    }
    note(canonical);
    beside.forEach(id -> lowestBeside = Math.min(lowestBeside, id.number()));
    blocks.noteBodiesLost(canonical, beside);
    Batch batch = new Batch();
    if (length < 0) {
      bodies.forgetEpoch(batch, epoch);
    } else {
      if (!isOnlyRead) {
        bodies.files().appender().cut(epoch, Math.max(end, indexEnd(record, length)));
      }
      bodies.putEpoch(
          batch, epoch, new EpochRecord(Math.min(length, record.syncedBytes()), 0, true));
    }
    database.write(batch);
  }

  /** An index that is whole stays, although no place lies behind it. */
  private static long indexEnd(EpochRecord record, long length) {
    return length >= record.syncedBytes() ? record.syncedBytes() : 0;
  }

  private boolean isLost(BodyFileFormat.Row row, EpochRecord record, long length) {
    if (row.place().end() > length) {
      return true;
    }
    if (row.place().end() <= record.syncedBytes()) {
      return false;
    }
    try {
      bodies.files().reader().read(row.id().number(), row.place());
      return false;
    } catch (StoreException e) {
      StoreVerifier.requireDamaged(e);
      return true;
    }
  }

  private void note(List<BlockId> lost) {
    for (BlockId id : lost) {
      if (named.size() < NAMED_MAX) {
        named.add(id);
      }
      lowest = Math.min(lowest, id.number());
      highest = Math.max(highest, id.number());
      count++;
    }
  }

  /** The canonical blocks that lost their bodies, the first ones of them. */
  List<BlockId> named() {
    return List.copyOf(named);
  }

  /** The lowest number of a block beside the chain that is no longer known. */
  long lowestBeside() {
    return lowestBeside;
  }
}
