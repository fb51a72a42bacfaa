package dev.windlass.store;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.StoreException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for blocks beside the canonical chain that stand on a block that is not there.
 *
 * <p>Used once, while a store opens; nobody else uses the store meanwhile. Upwards from the lowest
 * number, so that what stands on such a block is found after it.
 */
final class BranchCheck {
  private final Database database;
  private final BlockColumns blocks;
  private final Set<Hash> broken = new HashSet<>();

  BranchCheck(Database database, BlockColumns blocks) {
    this.database = database;
    this.blocks = blocks;
  }

  /** Makes what is broken at these numbers known no more; returns how many blocks that were. */
  int forgetBroken(long from, long to) {
    Batch batch = new Batch();
    try {
      visit(from, to, batch);
    } catch (StoreException e) {
      // What cannot be read is left to the verifier.
      StoreVerifier.requireDamaged(e);
    }
    if (!broken.isEmpty()) {
      database.write(batch);
    }
    return broken.size();
  }

  private void visit(long from, long to, Batch batch) {
    database.visit(
        Columns.headerKey(from, Hash.ZERO),
        Columns.headerKey(to + 1, Hash.ZERO),
        (key, raw) -> {
          BlockId id = new BlockId(Columns.numberOfKey(key), Columns.hashOfHeaderKey(key));
          if (isBroken(id, raw)) {
            broken.add(id.hash());
            batch.delete(Columns.hashToNumberKey(id.hash()));
          }
        });
  }

  private boolean isBroken(BlockId id, byte[] raw) {
    try {
      boolean isBeside = blocks.known(id.hash()).isPresent() && !isCanonical(id);
      if (!isBeside || id.number() <= blocks.root().number()) {
        return false;
      }
      BlockHeader header = BlockColumns.header(raw, id.hash());
      BlockId parent = new BlockId(id.number() - 1, header.parentHash());
      return !database.has(Columns.bodyKey(id)) || !isStandingOn(parent);
    } catch (StoreException e) {
      StoreVerifier.requireDamaged(e);
      return false;
    }
  }

  /**
   * A header without a body is no ground, though a chain that was replaced may have had a gap
   * there: it cannot be told from a block that was lost, and what stood on it can be synced again.
   */
  private boolean isStandingOn(BlockId parent) {
    return isCanonical(parent)
        || (!broken.contains(parent.hash()) && blocks.known(parent.hash()).isPresent());
  }

  private boolean isCanonical(BlockId id) {
    Optional<Hash> canonical =
        id.number() > blocks.tip().number()
            ? Optional.empty()
            : blocks.storedCanonicalHash(id.number());
    return canonical.filter(id.hash()::equals).isPresent();
  }
}
