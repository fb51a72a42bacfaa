package dev.windlass.chain.rules;

import java.util.Optional;

/** Ethash blocks have two uncles at most, Clique blocks and merged ones none. */
public final class UncleCountRule implements BlockRule {
  @Override
  public String name() {
    return "uncle-count";
  }

  private static final int UNCLES_MAX = 2;

  @Override
  public Optional<String> breach(Candidate candidate, ChainRules rules) {
    boolean mayHave = rules.consensus() == Consensus.ETHASH && !rules.isMerged(candidate.header());
    int max = mayHave ? UNCLES_MAX : 0;
    int count = candidate.uncles().size();
    return count <= max
        ? Optional.empty()
        : Optional.of("it has " + count + " uncles; at most " + max + " are allowed");
  }
}
