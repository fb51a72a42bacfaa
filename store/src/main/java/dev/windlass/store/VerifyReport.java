package dev.windlass.store;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What proving a whole store again came to.
 *
 * @param blocks how many canonical blocks were looked at, the root among them
 * @param beside how many whole blocks lie beside the canonical chain
 * @param problemCount how many problems there are
 * @param problems the lowest of them, {@link #PROBLEMS_MAX} at most, by number
 */
public record VerifyReport(
    long blocks, long beside, BlockId tip, long problemCount, List<Problem> problems) {
  /** How many problems are named; the others are counted. */
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
   * @param number of the block, or -1 where that cannot be known
   * @param hash under which the block is stored, or null where the store has none at that number
   * @param rule one of {@link StoreVerifier}'s or of {@link dev.windlass.chain.BlockRules}
   * @param explanation what is wrong, for people
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
