package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import java.util.Optional;

/** A rule for headers, those of uncles included. */
public non-sealed interface HeaderRule extends Rule {
  /** How the header breaks the rule, if it does. Its link to the parent is proven. */
  Optional<String> breach(BlockHeader header, BlockHeader parent, ChainRules rules);
}
