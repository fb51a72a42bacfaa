package dev.windlass.downloader.links;

import dev.windlass.chain.BlockId;
import java.util.Objects;

/**
 * A change of the canonical chain above a block.
 *
 * @param ancestor the highest common block of both branches
 * @param oldTip the tip that is no longer canonical
 */
public record Reorg(BlockId ancestor, BlockId oldTip, BlockId newTip) {
  public Reorg {
    Objects.requireNonNull(ancestor);
    Objects.requireNonNull(oldTip);
    Objects.requireNonNull(newTip);
  }

  /** How many blocks are no longer canonical. */
  public long left() {
    return oldTip.number() - ancestor.number();
  }

  /** How many blocks are newly canonical. */
  public long came() {
    return newTip.number() - ancestor.number();
  }
}
