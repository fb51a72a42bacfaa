package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.TransactionReader;
import java.util.Optional;

/**
 * A transaction's gas limit pays for what it costs before it runs. Amsterdam prices anew, so the
 * rule ends there. Sources: Yellow Paper, section 6.2; EIP-2, 2028, 2930, 3860, 7623, 7702.
 */
public final class IntrinsicGasRule implements TransactionRule {
  @Override
  public String name() {
    return "intrinsic-gas";
  }

  private static final long BASE = 21_000;
  private static final long CREATION = 32_000;
  private static final long ZERO_BYTE = 4;
  private static final long BYTE_UNTIL_ISTANBUL = 68;
  private static final long BYTE = 16;
  private static final long INIT_CODE_WORD = 2;
  private static final long ADDRESS = 2_400;
  private static final long KEY = 1_900;
  private static final long AUTHORIZATION = 25_000;
  private static final long FLOOR_ZERO_BYTE = 10;
  private static final long FLOOR_BYTE = 40;

  @Override
  public Optional<String> breach(
      TransactionReader transaction, BlockTerms terms, ChainRules rules) {
    BlockHeader header = terms.header();
    if (rules.isActive(Fork.AMSTERDAM, header)) {
      return Optional.empty();
    }
    long least = least(transaction, header, rules);
    return Long.compareUnsigned(transaction.gasLimit(), least) >= 0
        ? Optional.empty()
        : Optional.of(
            "its gas limit is "
                + Long.toUnsignedString(transaction.gasLimit())
                + ", its intrinsic gas "
                + least);
  }

  private static long least(TransactionReader transaction, BlockHeader header, ChainRules rules) {
    long zeros = transaction.zeroDataBytes();
    long others = transaction.dataLength() - zeros;
    long perByte = rules.isActive(Fork.ISTANBUL, header) ? BYTE : BYTE_UNTIL_ISTANBUL;
    long gas =
        BASE
            + zeros * ZERO_BYTE
            + others * perByte
            + transaction.addressCount() * ADDRESS
            + transaction.keyCount() * KEY
            + transaction.authorizationCount() * AUTHORIZATION;
    if (transaction.isCreation() && rules.isActive(Fork.HOMESTEAD, header)) {
      gas += CREATION;
    }
    if (transaction.isCreation() && rules.isActive(Fork.SHANGHAI, header)) {
      gas += (transaction.dataLength() + 31L) / 32 * INIT_CODE_WORD;
    }
    return rules.isActive(Fork.PRAGUE, header)
        ? Math.max(gas, BASE + zeros * FLOOR_ZERO_BYTE + others * FLOOR_BYTE)
        : gas;
  }
}
