package dev.windlass.chain.rules;

import java.util.Optional;

/** A rule for what the body of a block has, beyond its single transactions. */
public non-sealed interface BlockRule extends Rule {
  /** How the block breaks the rule, if it does. */
  Optional<String> breach(Candidate candidate, ChainRules rules);
}
