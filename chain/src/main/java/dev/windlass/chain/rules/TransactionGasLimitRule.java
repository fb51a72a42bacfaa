package dev.windlass.chain.rules;

import dev.windlass.chain.TransactionReader;
import java.util.Optional;

/**
 * The gas limit of a transaction is within that of its block, and from Osaka until Amsterdam 2^24
 * at most (EIP-7825).
 */
public final class TransactionGasLimitRule implements TransactionRule {
  @Override
  public String name() {
    return "transaction-gas-limit";
  }

  private static final long CAP = 1 << 24;

  @Override
  public Optional<String> breach(
      TransactionReader transaction, BlockTerms terms, ChainRules rules) {
    long limit = terms.header().gasLimit();
    if (rules.isActive(Fork.OSAKA, terms.header())
        && !rules.isActive(Fork.AMSTERDAM, terms.header())
        && Long.compareUnsigned(limit, CAP) > 0) {
      limit = CAP;
    }
    return Long.compareUnsigned(transaction.gasLimit(), limit) <= 0
        ? Optional.empty()
        : Optional.of(
            "its gas limit is "
                + Long.toUnsignedString(transaction.gasLimit())
                + "; at most "
                + Long.toUnsignedString(limit)
                + " is allowed");
  }
}
