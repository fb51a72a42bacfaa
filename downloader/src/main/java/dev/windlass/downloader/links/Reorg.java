package dev.windlass.downloader.links;

import dev.windlass.chain.BlockId;
import java.util.Objects;

/**
 * The canonical chain goes another way above a block.
 *
 * @param ancestor the highest block that both ways have
 * @param oldTip that is canonical no more
 */
public record Reorg(BlockId ancestor, BlockId oldTip, BlockId newTip) {
  public Reorg {
    Objects.requireNonNull(ancestor);
    Objects.requireNonNull(oldTip);
    Objects.requireNonNull(newTip);
  }

  /** How many blocks are canonical no more. */
  public long left() {
    return oldTip.number() - ancestor.number();
  }

  /** How many blocks have taken their place, and come above. */
  public long came() {
    return newTip.number() - ancestor.number();
  }
}
