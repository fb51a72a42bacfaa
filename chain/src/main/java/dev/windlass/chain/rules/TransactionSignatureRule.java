package dev.windlass.chain.rules;

import dev.windlass.chain.TransactionReader;
import java.util.HexFormat;
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

  /** The order of the curve. */
  private static final byte[] ORDER =
      HexFormat.of().parseHex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

  /** Half of it, and 1. */
  private static final byte[] HALF_ORDER =
      HexFormat.of().parseHex("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1");

  @Override
  public Optional<String> breach(
      TransactionReader transaction, BlockTerms terms, ChainRules rules) {
    if (transaction.yParity() != 0 && transaction.yParity() != 1) {
      return Optional.of("v of its signature names none of two keys");
    }
    if (!transaction.isRBelow(ORDER) || !transaction.isSBelow(ORDER)) {
      return Optional.of("r or s of its signature is 0, or not below the order of the curve");
    }
    return rules.isActive(Fork.HOMESTEAD, terms.header()) && !transaction.isSBelow(HALF_ORDER)
        ? Optional.of("s of its signature is above half the order of the curve")
        : Optional.empty();
  }
}
