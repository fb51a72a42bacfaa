package dev.windlass.chain;

import java.util.Objects;

/**
 * Which rule was broken, and how.
 *
 * @param rule its name, one of the constants of {@link BlockRules}
 * @param explanation one line for people, that names the block
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
