package dev.windlass.store;

import dev.windlass.chain.BlockId;
import java.math.BigInteger;
import java.util.Objects;

/** A block and its total difficulty. */
record Total(BlockId block, BigInteger difficulty) {
  Total {
    Objects.requireNonNull(block);
    Objects.requireNonNull(difficulty);
  }
}
