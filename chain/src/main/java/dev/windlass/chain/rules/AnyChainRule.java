package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import java.util.Optional;

/** A rule that needs no knowledge of the chain, so it holds on unknown chains too. */
public non-sealed interface AnyChainRule extends Rule {
  /** How the header breaks the rule, if it does. Its link to the parent is proven. */
  Optional<String> breach(BlockHeader header, BlockHeader parent);
}
