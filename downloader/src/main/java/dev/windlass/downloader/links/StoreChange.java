package dev.windlass.downloader.links;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.store.ChainStore;
import dev.windlass.downloader.ChainEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A change of the stored chain.
 *
 * @param inserted oldest first; empty if only headers were added
 * @param before the tip before the change
 * @param tip after the change
 * @param reorg if there was one
 */
public record StoreChange(
    List<Block> inserted, BlockId before, BlockId tip, Optional<Reorg> reorg) {
  public StoreChange {
    Objects.requireNonNull(inserted);
    Objects.requireNonNull(before);
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
    return new StoreChange(inserted, before, tip, reorg);
  }

  /** What has become of which blocks, in the order in which it is reported. */
  public List<ChainEvent> events() {
    List<ChainEvent> events = new ArrayList<>();
    if (!inserted.isEmpty()) {
      BlockId highest = inserted.get(inserted.size() - 1).id();
      events.add(new ChainEvent.Accepted(inserted.get(0).id(), highest));
    }
    reorg.ifPresent(was -> events.add(new ChainEvent.Disconnected(was.oldTip(), was.ancestor())));
    BlockId ancestor = reorg.map(Reorg::ancestor).orElse(before);
    if (!ancestor.equals(tip)) {
      events.add(new ChainEvent.Connected(ancestor, tip));
    }
    return events;
  }

  /** The block's highest canonical ancestor. It is the block itself if that is canonical. */
  static Optional<BlockId> canonicalAncestor(ChainStore store, BlockId block) {
    Optional<BlockId> ancestor = Optional.of(block);
    while (ancestor.isPresent() && !store.isCanonical(ancestor.get())) {
      long below = ancestor.get().number() - 1;
      ancestor =
          store.header(ancestor.get()).map(header -> new BlockId(below, header.parentHash()));
    }
    return ancestor;
  }
}
