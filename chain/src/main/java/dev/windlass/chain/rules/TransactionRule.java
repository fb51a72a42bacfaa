package dev.windlass.chain.rules;

import dev.windlass.chain.TransactionReader;
import java.util.Optional;

/** A rule for each transaction of a block, whatever the state is on which it runs. */
public non-sealed interface TransactionRule extends Rule {
  /**
   * How the transaction breaks the rule, if it does.
   *
   * @param transaction of a known type, except for {@link TransactionTypeRule}
   * @param terms what its block asks of it
   */
  Optional<String> breach(TransactionReader transaction, BlockTerms terms, ChainRules rules);
}
