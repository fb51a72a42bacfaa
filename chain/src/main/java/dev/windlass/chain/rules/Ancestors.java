package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import java.util.Optional;

/**
 * The blocks below one block, as far as uncles may refer to them. The parent is there, others may
 * be missing if the stored chain does not reach so far down.
 */
final class Ancestors {
  /** An uncle's parent is at most so far below the block. */
  static final int DEPTH_MAX = 7;

  private final LinkedBlocks blocks;
  private final int from;
  private final int to;

  /** The last ones of these blocks, which end before {@code to}. */
  Ancestors(LinkedBlocks blocks, int to) {
    this.blocks = blocks;
    this.to = to;
    from = Math.max(0, to - DEPTH_MAX);
  }

  BlockHeader parent() {
    return blocks.header(to - 1);
  }

  /** Whether no block is missing that an uncle may refer to. */
  boolean areComplete() {
    return to - from == DEPTH_MAX || blocks.header(from).number() == 0;
  }

  Optional<BlockHeader> withHash(Hash hash) {
    for (int i = to - 1; i >= from; i--) {
      if (blocks.header(i).hash().equals(hash)) {
        return Optional.of(blocks.header(i));
      }
    }
    return Optional.empty();
  }

  /** Whether one of them includes this uncle already. */
  boolean haveUncle(Hash hash) {
    for (int i = from; i < to; i++) {
      for (BlockHeader uncle : blocks.uncles(i)) {
        if (uncle.hash().equals(hash)) {
          return true;
        }
      }
    }
    return false;
  }
}
