package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import java.util.Optional;

/**
 * A gas limit differs from that of the parent by less than its 1024th part. It is 5000 at least and
 * 2^63 - 1 at most. London doubles it once (EIP-1559).
 */
public final class GasLimitBoundsRule implements HeaderRule {
  @Override
  public String name() {
    return "gas-limit-bounds";
  }

  private static final long BOUND_DIVISOR = 1024;
  private static final long MIN = 5000;

  @Override
  public Optional<String> breach(BlockHeader header, BlockHeader parent, ChainRules rules) {
    long limit = header.gasLimit();
    if (limit < MIN) {
      return Optional.of(
          "gas limit is "
              + Long.toUnsignedString(limit)
              + "; it must be "
              + MIN
              + " to "
              + Long.MAX_VALUE);
    }
    long before = parent.gasLimit();
    boolean isFirstOfLondon =
        rules.isActive(Fork.LONDON, header) && !rules.isActive(Fork.LONDON, parent);
    if (isFirstOfLondon) {
      before *= ChainRules.ELASTICITY;
    }
    long bound = Long.divideUnsigned(before, BOUND_DIVISOR);
    // Beyond 2^63 - 1 only the limit of a genesis can lie, which no rule bounds.
    long difference = before < 0 ? before - limit : Math.abs(before - limit);
    if (Long.compareUnsigned(difference, bound) < 0) {
      return Optional.empty();
    }
    return Optional.of(
        "gas limit is "
            + limit
            + ", that of the parent "
            + Long.toUnsignedString(parent.gasLimit())
            + (isFirstOfLondon ? ", which London doubles" : "")
            + "; they must differ by less than "
            + Long.toUnsignedString(bound));
  }
}
