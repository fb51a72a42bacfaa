package dev.windlass.chain.store;

import dev.windlass.chain.BlockId;
import java.math.BigInteger;
import java.util.Objects;

/**
 * A block, and the sum of the difficulties of it and of all blocks below it down to the store's
 * root.
 *
 * @param total what the sum came to when the mark was made; a block's ancestors do not change, so
 *     it stays right as long as the block is stored
 */
public record DifficultyMark(BlockId block, BigInteger total) {
  /** As many marks as a store keeps. */
  public static final int MARKS_MAX = 64;

  public DifficultyMark {
    Objects.requireNonNull(block);
    if (total.signum() < 0) {
      throw new IllegalArgumentException("negative total difficulty at " + block);
    }
  }
}
