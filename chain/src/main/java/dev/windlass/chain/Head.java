package dev.windlass.chain;

import java.math.BigInteger;
import java.util.Objects;
import java.util.Optional;

/**
 * The newest block of a chain, as its source claims it. Nothing of it is proven.
 *
 * @param number {@link #NUMBER_UNKNOWN} if the source did not claim one
 * @param totalDifficulty if the source claimed one
 */
public record Head(Hash hash, long number, Optional<BigInteger> totalDifficulty) {
  /** Stands for the number of a block that only its hash is known of. */
  public static final long NUMBER_UNKNOWN = -1;

  public Head {
    Objects.requireNonNull(hash);
    Objects.requireNonNull(totalDifficulty);
    if (number < NUMBER_UNKNOWN) {
      throw new IllegalArgumentException("number " + number);
    }
  }

  public static Head of(Hash hash) {
    return of(hash, NUMBER_UNKNOWN);
  }

  public static Head of(Hash hash, long number) {
    return new Head(hash, number, Optional.empty());
  }

  public static Head of(Block block, BigInteger totalDifficulty) {
    return new Head(block.hash(), block.number(), Optional.of(totalDifficulty));
  }
}
