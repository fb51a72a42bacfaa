package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Keccak;
import java.math.BigInteger;

/**
 * The difficulty that Ethash asks of a block, given its parent and its timestamp.
 *
 * <p>It rises if blocks come fast, and falls if they come slowly. A bomb is added, which doubles
 * each 100,000 blocks; several forks delayed it. Sources: Yellow Paper, section 4.3.4; EIP-2,
 * EIP-100, and for the delays EIP-649, 1234, 2384, 3554, 4345, 5133.
 */
final class EthashDifficulty {
  private static final BigInteger MIN = BigInteger.valueOf(131_072);
  private static final int STEP_BITS = 11;
  private static final long BOMB_PERIOD = 100_000;
  private static final long DECREASE_MAX = -99;

  private EthashDifficulty() {}

  static BigInteger next(long timestamp, BlockHeader parent, ChainRules rules) {
    boolean hasUncles = !parent.unclesHash().equals(Keccak.EMPTY_LIST);
    long elapsed = timestamp - parent.timestamp();
    return next(parent.difficulty(), parent.number() + 1, elapsed, hasUncles, rules);
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
    BigInteger step = before.shiftRight(STEP_BITS);
    long steps;
    if (isActive(Fork.BYZANTIUM, number, rules)) {
      steps = steps((hasUncles ? 2 : 1), Long.divideUnsigned(elapsed, 9));
    } else if (isActive(Fork.HOMESTEAD, number, rules)) {
      steps = steps(1, Long.divideUnsigned(elapsed, 10));
    } else {
      steps = Long.compareUnsigned(elapsed, 13) < 0 ? 1 : -1;
    }
    BigInteger difficulty = before.add(step.multiply(BigInteger.valueOf(steps))).max(MIN);
    long period = Math.max(0, number - bombDelay(number, rules)) / BOMB_PERIOD;
    return period < 2 ? difficulty : difficulty.add(BigInteger.ONE.shiftLeft((int) period - 2));
  }

  private static long steps(long most, long slowness) {
    return slowness > most - DECREASE_MAX || slowness < 0 ? DECREASE_MAX : most - slowness;
  }

  /** By how many blocks the forks have delayed the bomb. */
  private static long bombDelay(long number, ChainRules rules) {
    if (isActive(Fork.GRAY_GLACIER, number, rules)) {
      return 11_400_000;
    }
    if (isActive(Fork.ARROW_GLACIER, number, rules)) {
      return 10_700_000;
    }
    if (isActive(Fork.LONDON, number, rules)) {
      return 9_700_000;
    }
    if (isActive(Fork.MUIR_GLACIER, number, rules)) {
      return 9_000_000;
    }
    if (isActive(Fork.CONSTANTINOPLE, number, rules)) {
      return 5_000_000;
    }
    return isActive(Fork.BYZANTIUM, number, rules) ? 3_000_000 : 0;
  }

  private static boolean isActive(Fork fork, long number, ChainRules rules) {
    return rules.isActive(fork, number, 0);
  }
}
