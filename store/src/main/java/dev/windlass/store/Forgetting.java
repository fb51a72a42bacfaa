package dev.windlass.store;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Makes a block and its descendants unknown, in batches of bounded size.
 *
 * <p>Used once. The blocks beside the canonical chain go first, the highest ones before the others.
 * Then the tip goes down. The entry of the block itself goes last, so that a start after a crash
 * finds it and goes on. Headers and bodies stay on the disk.
 */
final class Forgetting {
  /** The most blocks of one batch, some 80 bytes each. */
  static final int BLOCKS_PER_STEP = 8_192;

  private final Database database;
  private final BlockColumns blocks;
  private final BlockId block;
  private boolean isAnyBeside = true;

  Forgetting(Database database, BlockColumns blocks, BlockId block) {
    this.database = database;
    this.blocks = blocks;
    this.block = block;
  }

  /** Writes one batch. Returns whether there is more to forget. */
  boolean step() {
    if (isAnyBeside) {
      Deque<BlockId> highest = highestBeside();
      isAnyBeside = !highest.isEmpty();
      if (isAnyBeside) {
        forget(highest);
        return true;
      }
    }
    if (!blocks.isCanonical(block)) {
      forget(new ArrayDeque<>(Set.of(block)));
      return false;
    }
    long lower = Math.max(block.number() - 1, blocks.tip().number() - BLOCKS_PER_STEP);
    Hash hash =
        blocks
            .canonicalHash(lower)
            .orElseThrow(() -> Damage.of("block " + lower + " is not in the index"));
    blocks.goBackTo(new BlockId(lower, hash));
    return lower >= block.number();
  }

  private void forget(Deque<BlockId> ids) {
    Batch batch = new Batch();
    ids.forEach(id -> batch.delete(Columns.hashToNumberKey(id.hash())));
    database.write(batch);
  }

  /** The highest known descendants beside the canonical chain. */
  private Deque<BlockId> highestBeside() {
    Descendants descendants = new Descendants(block);
    Deque<BlockId> highest = new ArrayDeque<>();
    database.visit(
        Columns.headerKey(block.number() + 1, Hash.ZERO),
        Columns.headerKey(blocks.highest() + 1, Hash.ZERO),
        (key, raw) -> {
          BlockId id = new BlockId(Columns.numberOfKey(key), Columns.hashOfHeaderKey(key));
          boolean isDescendant = descendants.add(id, BlockColumns.header(raw, id.hash()));
          if (isDescendant && !blocks.isCanonical(id) && blocks.known(id.hash()).isPresent()) {
            highest.addLast(id);
          }
          if (highest.size() > BLOCKS_PER_STEP) {
            highest.removeFirst();
          }
        });
    return highest;
  }

  /** Finds the descendants of a block among headers that come in the order of their numbers. */
  private static final class Descendants {
    private Set<Hash> found = new HashSet<>();
    private Set<Hash> below = Set.of();
    private long number;

    Descendants(BlockId block) {
      found.add(block.hash());
      number = block.number();
    }

    boolean add(BlockId id, BlockHeader header) {
      if (id.number() > number) {
        below = id.number() == number + 1 ? found : Set.of();
        found = new HashSet<>();
        number = id.number();
      }
      return below.contains(header.parentHash()) && found.add(id.hash());
    }
  }
}
