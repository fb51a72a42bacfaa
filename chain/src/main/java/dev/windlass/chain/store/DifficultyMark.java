package dev.windlass.chain.store;

import dev.windlass.chain.BlockId;
import java.math.BigInteger;
import java.util.Objects;

/**
 * A block, and the sum of the difficulties from the store's root up to it.
 *
 * @param total the sum when the mark was made; a block's ancestors do not change, so it is valid as
 *     long as the block is stored
 */
public record DifficultyMark(BlockId block, BigInteger total) {
  /** The marks that a store keeps at most. */
  public static final int MARKS_MAX = 64;

  public DifficultyMark {
    Objects.requireNonNull(block);
    if (total.signum() < 0) {
      throw new IllegalArgumentException("negative total difficulty at " + block);
    }
  }
}
