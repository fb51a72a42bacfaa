package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import java.math.BigInteger;

/**
 * The difficulty that Ethash asks of a block, given its parent and its timestamp.
 *
 * <p>It rises if blocks come fast, and falls if they come slowly. A bomb is added, which doubles
 * each 100,000 blocks; several forks delayed it. Sources: Yellow Paper, section 4.3.4; EIP-2,
 * EIP-100, and for the delays EIP-649, 1234, 2384, 3554, 4345, 5133.
 */
final class EthashDifficulty {
  private static final long MIN = 131_072;
  private static final int STEP_BITS = 11;
  private static final long BOMB_PERIOD = 100_000;
  private static final long DECREASE_MAX = -99;

  private EthashDifficulty() {}

  /** Below this no sum here overflows 64 bits. No chain has ever had more. */
  private static final int LONG_BITS_MAX = 61;

  static BigInteger next(long timestamp, BlockHeader parent, ChainRules rules) {
    long number = parent.number() + 1;
    long elapsed = timestamp - parent.timestamp();
    boolean hasUncles = parent.hasUncles();
    return next(parent.difficulty(), number, elapsed, hasUncles, rules);
  }

  /**
   * The same from the values of the parent.
   *
   * @param number of the block
   * @param elapsed seconds since the parent, unsigned
   * @param hasUncles whether the parent has
   */
  static BigInteger next(
      BigInteger before, long number, long elapsed, boolean hasUncles, ChainRules rules) {
    long steps = steps(number, elapsed, hasUncles, rules);
    long bomb = Math.max(0, number - bombDelay(number, rules)) / BOMB_PERIOD - 2;
    if (before.bitLength() <= LONG_BITS_MAX && bomb < LONG_BITS_MAX) {
      long difficulty = before.longValue();
      difficulty = Math.max(difficulty + (difficulty >> STEP_BITS) * steps, MIN);
      return BigInteger.valueOf(bomb < 0 ? difficulty : difficulty + (1L << bomb));
    }
    BigInteger step = before.shiftRight(STEP_BITS);
    BigInteger difficulty =
        before.add(step.multiply(BigInteger.valueOf(steps))).max(BigInteger.valueOf(MIN));
    return bomb < 0 ? difficulty : difficulty.add(BigInteger.ONE.shiftLeft((int) bomb));
  }

  /** How many times the step is added. */
  private static long steps(long number, long elapsed, boolean hasUncles, ChainRules rules) {
    if (!isActive(Fork.HOMESTEAD, number, rules)) {
      return Long.compareUnsigned(elapsed, 13) < 0 ? 1 : -1;
    }
    return isActive(Fork.BYZANTIUM, number, rules)
        ? steps(hasUncles ? 2 : 1, Long.divideUnsigned(elapsed, 9))
        : steps(1, Long.divideUnsigned(elapsed, 10));
  }

  private static long steps(long most, long slowness) {
    return slowness > most - DECREASE_MAX || slowness < 0 ? DECREASE_MAX : most - slowness;
  }

  /** By how many blocks the forks have delayed the bomb. */
  private static long bombDelay(long number, ChainRules rules) {
    if (!isActive(Fork.BYZANTIUM, number, rules)) {
      return 0;
    }
    if (!isActive(Fork.CONSTANTINOPLE, number, rules)) {
      return 3_000_000;
    }
    if (!isActive(Fork.MUIR_GLACIER, number, rules)) {
      return 5_000_000;
    }
    if (!isActive(Fork.LONDON, number, rules)) {
      return 9_000_000;
    }
    if (!isActive(Fork.ARROW_GLACIER, number, rules)) {
      return 9_700_000;
    }
    return isActive(Fork.GRAY_GLACIER, number, rules) ? 11_400_000 : 10_700_000;
  }

  private static boolean isActive(Fork fork, long number, ChainRules rules) {
    return rules.isActive(fork, number, 0);
  }
}
