package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import java.util.Optional;

/**
 * An uncle is a child of an ancestor, and neither an ancestor nor a sibling of the block. Its
 * parent is two to seven blocks below.
 */
public final class UncleAncestryRule implements BlockRule {
  @Override
  public String name() {
    return "uncle-ancestry";
  }

  @Override
  public Optional<String> breach(Candidate candidate, ChainRules rules) {
    Ancestors ancestors = candidate.ancestors();
    for (BlockHeader uncle : candidate.uncles()) {
      if (ancestors.withHash(uncle.hash()).isPresent()) {
        return Optional.of("uncle " + uncle + " is an ancestor");
      }
      if (uncle.parentHash().equals(candidate.block().parentHash())) {
        return Optional.of("uncle " + uncle + " has the same parent as the block");
      }
      // If ancestors are missing here, the parent may be one of them.
      if (ancestors.areComplete() && ancestors.withHash(uncle.parentHash()).isEmpty()) {
        return Optional.of(
            "the parent "
                + uncle.parentHash()
                + " of uncle "
                + uncle
                + " is none of the last "
                + Ancestors.DEPTH_MAX
                + " ancestors");
      }
    }
    return Optional.empty();
  }
}
