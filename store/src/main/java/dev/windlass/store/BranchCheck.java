package dev.windlass.store;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.StoreException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Finds blocks beside the canonical chain whose parent is missing.
 *
 * <p>Used once, while a store opens and no other thread uses it. It walks upwards from the lowest
 * number, so a broken block is found before its children.
 */
final class BranchCheck {
  private final Database database;
  private final BlockColumns blocks;
  private final Set<Hash> broken = new HashSet<>();

  BranchCheck(Database database, BlockColumns blocks) {
    this.database = database;
    this.blocks = blocks;
  }

  /** Makes the broken blocks at these numbers unknown. Returns how many there were. */
  int forgetBroken(long from, long to) {
    Batch batch = new Batch();
    try {
      visit(from, to, batch);
    } catch (StoreException e) {
      // The verifier reports what cannot be read.
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
      return !blocks.bodies().has(id) || !isStandingOn(parent);
    } catch (StoreException e) {
      StoreVerifier.requireDamaged(e);
      return false;
    }
  }

  /**
   * A parent without a body does not count, though a replaced chain may have had a gap there. Such
   * a gap cannot be told from a lost block. The children can be synced again.
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
