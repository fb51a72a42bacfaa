package dev.windlass.downloader.links;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.store.ChainStore;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A change of the stored chain.
 *
 * @param inserted oldest first; empty if only headers were added
 * @param tip after the change
 * @param reorg if there was one
 */
public record StoreChange(List<Block> inserted, BlockId tip, Optional<Reorg> reorg) {
  public StoreChange {
    Objects.requireNonNull(inserted);
    Objects.requireNonNull(tip);
    Objects.requireNonNull(reorg);
  }

  /**
   * The change that a write has made.
   *
   * @param before the tip before the write
   */
  public static StoreChange of(ChainStore store, List<Block> inserted, BlockId before) {
    BlockId tip = store.tip();
    Optional<Reorg> reorg =
        tip.equals(before)
            ? Optional.empty()
            : canonicalAncestor(store, before)
                .filter(ancestor -> !ancestor.equals(before))
                .map(ancestor -> new Reorg(ancestor, before, tip));
    return new StoreChange(inserted, tip, reorg);
  }

  /** The block's highest canonical ancestor. It is the block itself if that is canonical. */
  static Optional<BlockId> canonicalAncestor(ChainStore store, BlockId block) {
    Optional<BlockId> ancestor = Optional.of(block);
    while (ancestor.isPresent() && !isCanonical(store, ancestor.get())) {
      long below = ancestor.get().number() - 1;
      ancestor =
          store.header(ancestor.get()).map(header -> new BlockId(below, header.parentHash()));
    }
    return ancestor;
  }

  private static boolean isCanonical(ChainStore store, BlockId block) {
    return store.canonicalHash(block.number()).filter(block.hash()::equals).isPresent();
  }
}
