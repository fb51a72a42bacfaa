package dev.windlass.store;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Segment;
import dev.windlass.chain.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes a store back to where it is whole, after a power cut took some of its last batches.
 *
 * <p>LevelDB's log of a killed process is whole, but a power cut may take the end of one log file
 * and leave the beginning of the next, which is newer. What is at risk is what lay in those two
 * files: so the blocks below the tip and the links above a segment's end are looked for, as far
 * back as that reaches. A tip with a hole below it goes down under the hole; a segment with one is
 * removed. What is merely changed, not gone, is left for the verifier to name.
 *
 * <p>Used once, while a store opens that was not closed; nobody else uses the store meanwhile.
 */
final class PowerCutRecovery {
  private static final int HEADER_BYTES = 600;

  private final Database database;
  private final BlockColumns blocks;
  private final SegmentColumns segments;
  private final long bytesAtRisk;
  private final List<String> done = new ArrayList<>();

  PowerCutRecovery(
      Database database, BlockColumns blocks, SegmentColumns segments, StoreLimits limits) {
    this.database = database;
    this.blocks = blocks;
    this.segments = segments;
    bytesAtRisk = 2L * limits.writeBufferBytes();
  }

  /** Recovers, and returns what was done in one line; nothing where the store is whole. */
  Optional<String> recover() {
    BlockId whole = wholeTip();
    if (!whole.equals(blocks.tip())) {
      done.add("the tip went back from block " + blocks.tip() + " to block " + whole);
      blocks.goBackTo(whole);
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

  /** The highest canonical block with nothing missing below it, as far as was at risk. */
  private BlockId wholeTip() {
    BlockId whole = blocks.tip();
    long bytes = 0;
    BlockId id = blocks.tip();
    while (id.number() > blocks.root().number() && bytes < bytesAtRisk) {
      Optional<Hash> below = canonicalHash(id.number() - 1);
      long size = size(id, below);
      if (below.isEmpty() || size == 0) {
        whole = lowerWhole(id.number() - 1);
        id = whole;
      } else {
        id = new BlockId(id.number() - 1, below.get());
      }
      bytes += size;
    }
    return whole;
  }

  /** The first block at or below this number that the index names. */
  private BlockId lowerWhole(long from) {
    for (long number = from; number > blocks.root().number(); number--) {
      Optional<Hash> hash = canonicalHash(number);
      if (hash.isPresent()) {
        return new BlockId(number, hash.get());
      }
    }
    return blocks.root();
  }

  /** Bytes of a block that is whole and linked to the one below; 0 of one that is not. */
  private long size(BlockId id, Optional<Hash> below) {
    try {
      Optional<BlockHeader> header = blocks.header(id);
      byte[] body = database.get(Columns.bodyKey(id));
      boolean isLinked = header.map(BlockHeader::parentHash).equals(below);
      boolean isWhole = body != null && isLinked && blocks.known(id.hash()).isPresent();
      return isWhole ? header.get().size() + (long) body.length : 0;
    } catch (StoreException e) {
      StoreVerifier.requireDamaged(e);
      return HEADER_BYTES;
    }
  }

  /** What the index says; where it cannot be read, the verifier has more to say than this. */
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
