package dev.windlass.chain.rules;

import dev.windlass.chain.TransactionReader;
import java.util.Optional;

/**
 * The numbers of a signature lie in their ranges. Since Homestead s lies in the lower half (EIP-2),
 * so that each signature has one form.
 */
public final class TransactionSignatureRule implements TransactionRule {
  @Override
  public String name() {
    return "transaction-signature";
  }

  @Override
  public Optional<String> breach(
      TransactionReader transaction, BlockTerms terms, ChainRules rules) {
    if (!transaction.hasRightSignature()) {
      return Optional.of("v, r or s of its signature is not in its range");
    }
    return rules.isActive(Fork.HOMESTEAD, terms.header()) && transaction.isHighS()
        ? Optional.of("s of its signature is above half the order of the curve")
        : Optional.empty();
  }
}
