package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import java.util.Optional;

/** A block is not older than its parent. Some chains make several blocks in one second. */
public final class TimestampOrderRule implements AnyChainRule {
  @Override
  public String name() {
    return "timestamp-order";
  }

  @Override
  public Optional<String> breach(BlockHeader header, BlockHeader parent) {
    if (Long.compareUnsigned(header.timestamp(), parent.timestamp()) >= 0) {
      return Optional.empty();
    }
    return Optional.of(
        "timestamp is "
            + Long.toUnsignedString(header.timestamp())
            + ", that of the parent "
            + Long.toUnsignedString(parent.timestamp()));
  }
}
