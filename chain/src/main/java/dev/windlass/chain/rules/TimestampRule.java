package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import java.util.Optional;

/** A block is younger than its parent; on a Clique chain, by the period at least. */
public final class TimestampRule implements HeaderRule {
  @Override
  public String name() {
    return "timestamp";
  }

  @Override
  public Optional<String> breach(BlockHeader header, BlockHeader parent, ChainRules rules) {
    long period = 1;
    if (rules.clique().isPresent() && !rules.isMerged(header)) {
      period = Math.max(period, rules.clique().get().period());
    }
    long least = parent.timestamp() + period;
    boolean overflows = Long.compareUnsigned(least, parent.timestamp()) < 0;
    if (!overflows && Long.compareUnsigned(header.timestamp(), least) >= 0) {
      return Optional.empty();
    }
    return Optional.of(
        "timestamp is "
            + Long.toUnsignedString(header.timestamp())
            + ", that of the parent "
            + Long.toUnsignedString(parent.timestamp())
            + "; at least "
            + period
            + " s lie between them");
  }
}
