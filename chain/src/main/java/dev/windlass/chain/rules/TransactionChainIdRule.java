package dev.windlass.chain.rules;

import dev.windlass.chain.TransactionReader;
import java.util.Optional;

/**
 * A chain id that was signed is that of the chain. Legacy transactions may sign it since EIP-155,
 * and need not.
 */
public final class TransactionChainIdRule implements TransactionRule {
  @Override
  public String name() {
    return "transaction-chain-id";
  }

  @Override
  public Optional<String> breach(
      TransactionReader transaction, BlockTerms terms, ChainRules rules) {
    if (!transaction.hasChainId()) {
      return Optional.empty();
    }
    if (transaction.type() == TransactionReader.LEGACY
        && !rules.isActive(Fork.EIP155, terms.header())) {
      return Optional.of("it has a chain id, though EIP-155 is not active");
    }
    return transaction.chainId() == rules.chainId()
        ? Optional.empty()
        : Optional.of(
            "its chain id is "
                + Long.toUnsignedString(transaction.chainId())
                + " instead of "
                + Long.toUnsignedString(rules.chainId()));
  }
}
