package dev.windlass.chain.rules;

import java.util.Optional;

/** A block uses no more gas than the limits of its transactions add up to. */
public final class GasOfTransactionsRule implements BlockRule {
  @Override
  public String name() {
    return "gas-of-transactions";
  }

  @Override
  public Optional<String> breach(Candidate candidate, ChainRules rules) {
    long used = candidate.header().gasUsed();
    return Long.compareUnsigned(used, candidate.gasLimits()) <= 0
        ? Optional.empty()
        : Optional.of(
            "gas used is "
                + Long.toUnsignedString(used)
                + ", above the sum "
                + candidate.gasLimits()
                + " of its transactions' gas limits");
  }
}
