package dev.windlass.chain.rules;

import dev.windlass.chain.TransactionReader;
import java.util.Optional;

/** A nonce is below 2^64 - 1 (EIP-2681). */
public final class TransactionNonceRule implements TransactionRule {
  @Override
  public String name() {
    return "transaction-nonce";
  }

  @Override
  public Optional<String> breach(
      TransactionReader transaction, BlockTerms terms, ChainRules rules) {
    return transaction.nonce() == -1 ? Optional.of("its nonce is 2^64 - 1") : Optional.empty();
  }
}
