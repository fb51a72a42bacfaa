package dev.windlass.store;

import dev.windlass.chain.Hash;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Collects the problems that verifiers find, from any thread. It counts all and keeps the lowest.
 */
final class Problems {
  private static final Comparator<VerifyReport.Problem> BY_NUMBER =
      Comparator.comparingLong(VerifyReport.Problem::number)
          .thenComparing(VerifyReport.Problem::rule)
          .thenComparing(VerifyReport.Problem::explanation);

  private final TreeSet<VerifyReport.Problem> lowest = new TreeSet<>(BY_NUMBER);
  private long count;

  /**
   * Adds a problem.
   *
   * @param hash of the block, or null
   */
  synchronized void add(long number, Hash hash, String rule, String explanation) {
    count++;
    lowest.add(new VerifyReport.Problem(number, hash, rule, explanation));
    if (lowest.size() > VerifyReport.PROBLEMS_MAX) {
      lowest.pollLast();
    }
  }

  synchronized long count() {
    return count;
  }

  synchronized List<VerifyReport.Problem> lowest() {
    return List.copyOf(lowest);
  }
}
