package dev.windlass.store;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The result of verifying a whole store.
 *
 * @param blocks how many canonical blocks were checked, with the root
 * @param beside how many whole blocks lie beside the canonical chain
 * @param problemCount how many problems there are
 * @param problems those with the lowest numbers, {@link #PROBLEMS_MAX} at most
 */
public record VerifyReport(
    long blocks, long beside, BlockId tip, long problemCount, List<Problem> problems) {
  /** How many problems are named. The others are only counted. */
  public static final int PROBLEMS_MAX = 100;

  public VerifyReport {
    Objects.requireNonNull(tip);
    problems = List.copyOf(problems);
  }

  public boolean isClean() {
    return problemCount == 0;
  }

  /**
   * A rule that a stored block breaks.
   *
   * @param number of the block, or -1 if it is not known
   * @param hash under which the block is stored, or null if the store has none at that number
   * @param rule one of {@link StoreVerifier}'s or of {@link dev.windlass.chain.BlockRules}
   * @param explanation what is wrong, in one line
   */
  public record Problem(long number, Hash hash, String rule, String explanation) {
    public Problem {
      Objects.requireNonNull(rule);
      Objects.requireNonNull(explanation);
    }

    public Optional<Hash> storedHash() {
      return Optional.ofNullable(hash);
    }

    /** One line that names the block and the rule. */
    @Override
    public String toString() {
      return "problem number="
          + number
          + " hash="
          + (hash == null ? "none" : hash)
          + " rule="
          + rule
          + ": "
          + explanation;
    }
  }
}
