package dev.windlass.store;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.Segment;
import dev.windlass.chain.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds holes in the last writes, each time a store opens.
 *
 * <p>A killed process leaves LevelDB's log whole. But a power cut may remove the end of one log
 * file and leave the beginning of the next, which is newer. And if one byte of a log is damaged,
 * LevelDB silently skips the rest of its 32 KiB. Only data in the log files is at risk. So this
 * class checks the blocks below the tip, the branches beside them, and the links above a segment's
 * end, as far back as the log files reach.
 *
 * <p>If a block has lost its body, or its entry in an index, it becomes a gap and is fetched again.
 * If its header is lost as well, the tip goes down below the hole. A branch on a hole is no longer
 * known. A segment with a hole is removed. The verifier reports data that is changed but not lost.
 *
 * <p>Used once, while no other thread uses the store.
 */
final class PowerCutRecovery {
  private static final int HEADER_BYTES = 600;

  /** What an insert writes into the log for a block beside its header, if its body is in a file. */
  private static final long PLACED_BYTES = 150;

  private final Database database;
  private final BlockColumns blocks;
  private final SegmentColumns segments;
  private final long bytesAtRisk;
  private final List<BlockId> missing = new ArrayList<>();
  private final List<BlockId> unindexed = new ArrayList<>();
  private final List<String> done = new ArrayList<>();
  private final long lowestBeside;
  private long lowestLooked;

  /**
   * Prepares the recovery.
   *
   * @param bytesAtRisk the size of the log files. They hold more than the blocks, so it reaches
   *     below the lowest block in them
   * @param lowestBeside the lowest block beside the chain that is known to be lost
   */
  PowerCutRecovery(
      Database database,
      BlockColumns blocks,
      SegmentColumns segments,
      long bytesAtRisk,
      long lowestBeside) {
    this.database = database;
    this.blocks = blocks;
    this.segments = segments;
    this.bytesAtRisk = bytesAtRisk;
    this.lowestBeside = lowestBeside;
  }

  /** Recovers, and returns what was done in one line. Empty if the store is whole. */
  Optional<String> recover() {
    long highest = blocks.highest();
    BlockId whole = wholeTip();
    if (!whole.equals(blocks.tip())) {
      done.add("the tip went back from block " + blocks.tip() + " to block " + whole);
      blocks.goBackTo(whole);
    }
    if (!unindexed.isEmpty()) {
      blocks.restoreIndex(unindexed);
    }
    if (!missing.isEmpty()) {
      done.add(
          missing.size()
              + " blocks from "
              + missing.get(missing.size() - 1).number()
              + " to "
              + missing.get(0).number()
              + " must be fetched again");
      blocks.noteMissing(missing);
    }
    int broken =
        new BranchCheck(database, blocks)
            .forgetBroken(Math.min(lowestLooked, lowestBeside), highest);
    if (broken > 0) {
      done.add(
          broken
              + " blocks beside the canonical chain have lost a parent or a body, and are no longer known");
    }
    for (Segment segment : segments.all()) {
      if (lacksReadableLinks(segment)) {
        done.add("segment " + segment.id() + " of " + segment.length() + " links was removed");
        segments.remove(segment.id());
      }
    }
    return done.isEmpty()
        ? Optional.empty()
        : Optional.of("the last writes did not reach the disk: " + String.join(", ", done));
  }

  /** The blocks that this opening found without their body, or without their entry in an index. */
  List<BlockId> missing() {
    return List.copyOf(missing);
  }

  /**
   * The highest canonical block below which no header is missing, as far back as data is at risk.
   */
  private BlockId wholeTip() {
    BlockId whole = blocks.tip();
    long bytes = 0;
    BlockId id = blocks.tip();
    while (id.number() > blocks.root().number() && bytes < bytesAtRisk) {
      Optional<Hash> below = below(id);
      long size = below.isEmpty() ? 0 : size(id, below.get());
      if (size == 0) {
        whole = lowerWhole(id.number() - 1);
        id = whole;
        missing.clear();
        unindexed.clear();
      } else {
        id = new BlockId(id.number() - 1, below.get());
      }
      bytes += size;
    }
    lowestLooked = id.number();
    return whole;
  }

  /** The hash below a block: from the index, or from the header if the index has no entry. */
  private Optional<Hash> below(BlockId id) {
    Optional<Hash> indexed = canonicalHash(id.number() - 1);
    if (indexed.isPresent()) {
      return indexed;
    }
    try {
      Optional<Hash> parent = blocks.header(id).map(BlockHeader::parentHash);
      Optional<BlockId> restored =
          parent
              .map(hash -> new BlockId(id.number() - 1, hash))
              .filter(lower -> blocks.header(lower).isPresent());
      restored.ifPresent(unindexed::add);
      return restored.map(BlockId::hash);
    } catch (StoreException e) {
      StoreVerifier.requireDamaged(e);
      return Optional.empty();
    }
  }

  /** The highest block at or below this number that is in the index. */
  private BlockId lowerWhole(long from) {
    for (long number = from; number > blocks.root().number(); number--) {
      Optional<Hash> hash = canonicalHash(number);
      if (hash.isPresent()) {
        return new BlockId(number, hash.get());
      }
    }
    return blocks.root();
  }

  /** Bytes of a block whose header is linked to the one below; 0 if it is not. */
  private long size(BlockId id, Hash below) {
    try {
      Optional<BlockHeader> header = blocks.header(id);
      if (header.filter(found -> found.parentHash().equals(below)).isEmpty()) {
        return 0;
      }
      if (blocks.gaps().contains(id.number())) {
        return header.get().size();
      }
      boolean isPlaced = blocks.bodies().place(id).isPresent();
      byte[] body = isPlaced ? null : database.get(Columns.bodyKey(id));
      if ((!isPlaced && body == null) || blocks.known(id.hash()).isEmpty()) {
        missing.add(id);
        // The log has lost it, so it takes nothing of what is left there.
        return 1;
      }
      return header.get().size() + (isPlaced ? PLACED_BYTES : body.length);
    } catch (StoreException e) {
      StoreVerifier.requireDamaged(e);
      return HEADER_BYTES;
    }
  }

  /** The hash in the index. Empty if it cannot be read, which the verifier reports. */
  private Optional<Hash> canonicalHash(long number) {
    try {
      return blocks.storedCanonicalHash(number);
    } catch (StoreException e) {
      StoreVerifier.requireDamaged(e);
      return Optional.empty();
    }
  }

  private boolean lacksReadableLinks(Segment segment) {
    try {
      return lacksLinks(segment);
    } catch (StoreException e) {
      StoreVerifier.requireDamaged(e);
      return true;
    }
  }

  private boolean lacksLinks(Segment segment) {
    long bytes = 0;
    long position = segment.length() - 1;
    while (position >= 0 && bytes < bytesAtRisk) {
      LinkRow row = segments.rowEndingAt(segment.id(), position);
      if (row == null) {
        return true;
      }
      bytes += (long) row.count() * (segment.isProven() ? HEADER_BYTES : Hash.BYTES);
      position = row.first() - 1;
    }
    return false;
  }
}
