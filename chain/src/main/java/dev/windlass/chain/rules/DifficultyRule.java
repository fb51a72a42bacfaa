package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import java.math.BigInteger;
import java.util.Optional;

/**
 * Ethash computes the difficulty from the parent, Clique allows 1 and 2. {@link MergePointRule}
 * says which blocks have none.
 */
public final class DifficultyRule implements HeaderRule {
  @Override
  public String name() {
    return "difficulty";
  }

  private static final BigInteger CLIQUE_MAX = BigInteger.TWO;

  @Override
  public Optional<String> breach(BlockHeader header, BlockHeader parent, ChainRules rules) {
    if (rules.isMerged(header)) {
      return Optional.empty();
    }
    BigInteger difficulty = header.difficulty();
    if (rules.consensus() == Consensus.CLIQUE) {
      return difficulty.compareTo(CLIQUE_MAX) <= 0
          ? Optional.empty()
          : Optional.of("difficulty is " + difficulty + " instead of 1 or 2");
    }
    BigInteger expected = EthashDifficulty.next(header.timestamp(), parent, rules);
    return difficulty.equals(expected)
        ? Optional.empty()
        : Optional.of("difficulty is " + difficulty + " instead of " + expected);
  }
}
