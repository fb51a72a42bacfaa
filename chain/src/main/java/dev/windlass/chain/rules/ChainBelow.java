package dev.windlass.chain.rules;

import dev.windlass.chain.Block;
import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is known of the chain below a run of blocks.
 *
 * @param blocks its last blocks, oldest first; seven are enough, and the parent of the run is
 *     needed
 * @param totalDifficulty that of the last of them, if it is known
 */
public record ChainBelow(List<Block> blocks, Optional<BigInteger> totalDifficulty) {
  /** More blocks below a run than this are of no use. */
  public static final int BLOCKS_MAX = Ancestors.DEPTH_MAX;

  public ChainBelow {
    blocks = List.copyOf(blocks.subList(Math.max(0, blocks.size() - BLOCKS_MAX), blocks.size()));
    Objects.requireNonNull(totalDifficulty);
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException("a run needs its parent");
    }
  }

  /** The same without a total difficulty. */
  public static ChainBelow of(List<Block> blocks) {
    return new ChainBelow(blocks, Optional.empty());
  }
}
