package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import java.util.Optional;

/**
 * A block before the merge is not of the future, apart from clocks that differ a little. Later the
 * consensus layer gives each block its time.
 */
public final class FutureTimestampRule implements HeaderRule {
  public static final String NAME = "timestamp-in-future";

  private static final long AHEAD_SECONDS_MAX = 15;

  private final long nowSeconds;

  /**
   * The rule at one moment.
   *
   * @param nowSeconds since 1970
   */
  public FutureTimestampRule(long nowSeconds) {
    this.nowSeconds = nowSeconds;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<String> breach(BlockHeader header, BlockHeader parent, ChainRules rules) {
    long time = header.timestamp();
    boolean isFuture = Long.compareUnsigned(time, nowSeconds + AHEAD_SECONDS_MAX) > 0;
    return isFuture && !rules.isMerged(header)
        ? Optional.of(
            "timestamp is "
                + Long.toUnsignedString(time)
                + ", more than "
                + AHEAD_SECONDS_MAX
                + " s after the time here, "
                + nowSeconds)
        : Optional.empty();
  }
}
