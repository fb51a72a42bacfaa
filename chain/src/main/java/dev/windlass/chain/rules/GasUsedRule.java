package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import java.util.Optional;

/** A block uses no more gas than its limit allows. */
public final class GasUsedRule implements AnyChainRule {
  @Override
  public String name() {
    return "gas-used";
  }

  @Override
  public Optional<String> breach(BlockHeader header, BlockHeader parent) {
    if (Long.compareUnsigned(header.gasUsed(), header.gasLimit()) <= 0) {
      return Optional.empty();
    }
    return Optional.of(
        "gas used is "
            + Long.toUnsignedString(header.gasUsed())
            + ", above the gas limit "
            + Long.toUnsignedString(header.gasLimit()));
  }
}
