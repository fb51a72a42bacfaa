package dev.windlass.chain.rules;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Breach;
import java.util.Objects;

/** Which block breaks a rule, which rule, and how. */
public record BlockBreach(BlockId block, Breach breach) {
  public BlockBreach {
    Objects.requireNonNull(block);
    Objects.requireNonNull(breach);
  }

  @Override
  public String toString() {
    return breach.toString();
  }
}
