package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A block is an uncle once. Neither this block nor one of its last seven ancestors includes it
 * twice.
 */
public final class UncleOnceRule implements BlockRule {
  @Override
  public String name() {
    return "uncle-once";
  }

  @Override
  public Optional<String> breach(Candidate candidate, ChainRules rules) {
    if (candidate.uncles().isEmpty()) {
      return Optional.empty();
    }
    Set<Hash> seen = new HashSet<>();
    for (BlockHeader uncle : candidate.uncles()) {
      if (!seen.add(uncle.hash())) {
        return Optional.of("uncle " + uncle + " is included twice");
      }
      if (candidate.ancestors().haveUncle(uncle.hash())) {
        return Optional.of("uncle " + uncle + " is included by an ancestor");
      }
    }
    return Optional.empty();
  }
}
