package dev.windlass.chain;

import java.util.Objects;

/**
 * Which rule a block breaks, and how.
 *
 * @param rule its name, one of the constants of {@link BlockRules}
 * @param explanation one line that names the block
 */
public record Breach(String rule, String explanation) {
  public Breach {
    Objects.requireNonNull(rule);
    Objects.requireNonNull(explanation);
  }

  @Override
  public String toString() {
    return rule + ": " + explanation;
  }
}
