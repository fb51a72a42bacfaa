package dev.windlass.store;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.StoreException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Checks the two indexes against the blocks and each other, and proves the blocks beside the
 * canonical chain.
 *
 * <p>Any thread may check any part.
 */
final class IndexCheck {
  private final LevelDbBlockStore store;
  private final StoredBlockCheck blockCheck;
  private final Problems problems;

  IndexCheck(LevelDbBlockStore store, StoredBlockCheck blockCheck, Problems problems) {
    this.store = store;
    this.blockCheck = blockCheck;
    this.problems = problems;
  }

  /**
   * Walks the index from hash to number, for the hashes that begin with this byte, and proves the
   * blocks that are not canonical.
   *
   * @return how many of those there are
   */
  long checkBeside(int firstByte) {
    byte[] from = {Columns.HASH_TO_NUMBER, (byte) firstByte};
    byte[] end =
        firstByte == 0xff
            ? Columns.start(Columns.HASH_TO_NUMBER + 1)
            : new byte[] {Columns.HASH_TO_NUMBER, (byte) (firstByte + 1)};
    long[] beside = new long[1];
    try {
      store.database().visit(from, end, (key, value) -> beside[0] += checkEntry(key, value));
    } catch (StoreException e) {
      StoreVerifier.requireDamaged(e);
      problems.add(-1, null, StoreVerifier.READABLE, "the index by hash: " + e.getMessage());
    }
    return beside[0];
  }

  /** Returns 1 for a block beside the canonical chain, else 0. */
  private int checkEntry(byte[] key, byte[] value) {
    if (key.length != 1 + Hash.BYTES || value.length != Long.BYTES) {
      problems.add(
          -1, null, StoreVerifier.HASH_TO_NUMBER, "the index by hash has a truncated entry");
      return 0;
    }
    Hash hash = Columns.hashOfHashToNumberKey(key);
    long number = BlockColumns.number(value, hash);
    if (number < store.root().number()) {
      if (store.belowRoot().isPresent()) {
        // The node was killed before it had deleted this.
        return 0;
      }
      problems.add(
          number, hash, StoreVerifier.HASH_TO_NUMBER, "it lies below the root " + store.root());
      return 0;
    }
    BlockId id = new BlockId(number, hash);
    if (isCanonical(id)) {
      return 0;
    }
    Optional<BlockHeader> header = blockCheck.check(id);
    if (header.isPresent() && !id.equals(store.root())) {
      checkParentIsKnown(header.get());
    }
    return 1;
  }

  private boolean isCanonical(BlockId id) {
    try {
      return store.blocks().storedCanonicalHash(id.number()).filter(id.hash()::equals).isPresent();
    } catch (StoreException e) {
      // The walk along the canonical chain reports it.
      StoreVerifier.requireDamaged(e);
      return false;
    }
  }

  private void checkParentIsKnown(BlockHeader header) {
    try {
      OptionalLong parent = store.known(header.parentHash());
      BlockId below = new BlockId(header.number() - 1, header.parentHash());
      boolean isInGap = parent.isEmpty() && (isCanonical(below) || store.header(below).isPresent());
      if (!isInGap && (parent.isEmpty() || parent.getAsLong() != header.number() - 1)) {
        problems.add(
            header.number(),
            header.hash(),
            BlockRules.LINK,
            "its parent " + header.parentHash() + " is not stored below it");
      }
    } catch (StoreException e) {
      StoreVerifier.requireDamaged(e);
      problems.add(header.number(), header.hash(), StoreVerifier.READABLE, e.getMessage());
    }
  }

  /** Checks that the canonical index begins at the root and ends at the tip. */
  void checkEnds() {
    requireCanonical(store.root(), "root");
    requireCanonical(store.tip(), "tip");
    if (store.belowRoot().isEmpty()) {
      checkBeyond(0, Columns.numberToHashKey(store.root().number()));
    }
    checkBeyond(store.tip().number() + 1, Columns.start(Columns.NUMBER_TO_HASH + 1));
  }

  private void requireCanonical(BlockId id, String what) {
    if (!isCanonical(id)) {
      problems.add(
          id.number(),
          id.hash(),
          StoreVerifier.NUMBER_TO_HASH,
          "it is the " + what + ", but not canonical in the index");
    }
  }

  private void checkBeyond(long from, byte[] end) {
    try {
      store
          .database()
          .visit(
              Columns.numberToHashKey(from),
              end,
              (key, value) ->
                  problems.add(
                      Columns.numberOfKey(key),
                      null,
                      StoreVerifier.NUMBER_TO_HASH,
                      "the index has an entry outside root " + store.root() + " and tip"));
    } catch (StoreException e) {
      StoreVerifier.requireDamaged(e);
      problems.add(-1, null, StoreVerifier.READABLE, "the index by number: " + e.getMessage());
    }
  }
}
