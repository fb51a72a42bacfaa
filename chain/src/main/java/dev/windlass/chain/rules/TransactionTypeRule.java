package dev.windlass.chain.rules;

import dev.windlass.chain.TransactionReader;
import java.util.List;
import java.util.Optional;

/** A type of transaction is one that the forks until the block's brought. */
public final class TransactionTypeRule implements TransactionRule {
  @Override
  public String name() {
    return "transaction-type";
  }

  private static final List<Fork> FIRST =
      List.of(Fork.HOMESTEAD, Fork.BERLIN, Fork.LONDON, Fork.CANCUN, Fork.PRAGUE);

  @Override
  public Optional<String> breach(
      TransactionReader transaction, BlockTerms terms, ChainRules rules) {
    int type = transaction.type();
    boolean isAllowed =
        type == TransactionReader.LEGACY
            || (transaction.isKnown() && rules.isActive(FIRST.get(type), terms.header()));
    return isAllowed
        ? Optional.empty()
        : Optional.of(
            "its type is "
                + type
                + (transaction.isKnown() ? ", which begins with " + FIRST.get(type) : ""));
  }
}
