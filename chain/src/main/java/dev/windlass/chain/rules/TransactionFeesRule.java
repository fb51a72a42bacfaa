package dev.windlass.chain.rules;

import dev.windlass.chain.TransactionReader;
import java.util.Optional;

/**
 * Since London a transaction pays the base fee of its block at least, and its priority fee is part
 * of what it pays at most (EIP-1559).
 */
public final class TransactionFeesRule implements TransactionRule {
  @Override
  public String name() {
    return "transaction-fees";
  }

  @Override
  public Optional<String> breach(
      TransactionReader transaction, BlockTerms terms, ChainRules rules) {
    if (!rules.isActive(Fork.LONDON, terms.header())) {
      return Optional.empty();
    }
    if (transaction.isPriorityFeeAboveMaxFee()) {
      return Optional.of("its priority fee is above its max fee");
    }
    return transaction.maxFeePerGas() >= terms.baseFee()
        ? Optional.empty()
        : Optional.of(
            "its max fee is "
                + transaction.maxFeePerGas()
                + ", below the base fee "
                + terms.baseFee());
  }
}
