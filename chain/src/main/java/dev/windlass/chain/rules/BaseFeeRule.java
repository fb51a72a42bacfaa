package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import java.math.BigInteger;
import java.util.Optional;

/** The base fee follows from the gas that the parent used (EIP-1559). */
public final class BaseFeeRule implements HeaderRule {
  @Override
  public String name() {
    return "base-fee";
  }

  private static final BigInteger INITIAL = BigInteger.valueOf(1_000_000_000);

  @Override
  public Optional<String> breach(BlockHeader header, BlockHeader parent, ChainRules rules) {
    if (!rules.isActive(Fork.LONDON, header)) {
      return Optional.empty();
    }
    Optional<BigInteger> fee = header.baseFee();
    BigInteger expected = expected(parent, rules);
    if (fee.isPresent() && fee.get().equals(expected)) {
      return Optional.empty();
    }
    return Optional.of(
        "base fee is "
            + fee.map(BigInteger::toString).orElse("absent")
            + " instead of "
            + expected);
  }

  private static BigInteger expected(BlockHeader parent, ChainRules rules) {
    Optional<BigInteger> before = parent.baseFee();
    if (!rules.isActive(Fork.LONDON, parent) || before.isEmpty()) {
      return INITIAL;
    }
    BigInteger fee = before.get();
    long target = Long.divideUnsigned(parent.gasLimit(), ChainRules.ELASTICITY);
    long over = parent.gasUsed() - target;
    if (over == 0 || target == 0) {
      return fee;
    }
    BigInteger change =
        fee.multiply(BigInteger.valueOf(Math.abs(over)))
            .divide(BigInteger.valueOf(target))
            .divide(BigInteger.valueOf(ChainRules.BASE_FEE_CHANGE_DENOMINATOR));
    return over > 0 ? fee.add(change.max(BigInteger.ONE)) : fee.subtract(change);
  }
}
