package dev.windlass.chain.rules;

import dev.windlass.chain.TransactionReader;
import java.util.Optional;

/** From Shanghai until Amsterdam the code that creates a contract has 48 KiB at most (EIP-3860). */
public final class InitCodeSizeRule implements TransactionRule {
  @Override
  public String name() {
    return "init-code-size";
  }

  private static final int BYTES_MAX = 48 << 10;

  @Override
  public Optional<String> breach(
      TransactionReader transaction, BlockTerms terms, ChainRules rules) {
    return transaction.isCreation()
            && transaction.dataLength() > BYTES_MAX
            && rules.isActive(Fork.SHANGHAI, terms.header())
            && !rules.isActive(Fork.AMSTERDAM, terms.header())
        ? Optional.of(
            "its init code has "
                + transaction.dataLength()
                + " bytes; at most "
                + BYTES_MAX
                + " are allowed")
        : Optional.empty();
  }
}
