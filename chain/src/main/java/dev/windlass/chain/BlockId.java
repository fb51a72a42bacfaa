package dev.windlass.chain;

import java.util.Objects;

/** A block's number and hash. */
public record BlockId(long number, Hash hash) {
  public BlockId {
    if (number < 0) {
      throw new IllegalArgumentException("a block number is not negative: " + number);
    }
    Objects.requireNonNull(hash);
  }

  @Override
  public String toString() {
    return number + " " + hash;
  }
}
