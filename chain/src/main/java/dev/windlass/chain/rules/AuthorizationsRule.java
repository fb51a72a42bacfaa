package dev.windlass.chain.rules;

import dev.windlass.chain.TransactionReader;
import java.util.Optional;

/** A transaction that sets code has an authorization at least (EIP-7702). */
public final class AuthorizationsRule implements TransactionRule {
  @Override
  public String name() {
    return "authorizations";
  }

  @Override
  public Optional<String> breach(
      TransactionReader transaction, BlockTerms terms, ChainRules rules) {
    return transaction.type() == TransactionReader.SET_CODE && transaction.authorizationCount() == 0
        ? Optional.of("it sets code and has no authorization")
        : Optional.empty();
  }
}
