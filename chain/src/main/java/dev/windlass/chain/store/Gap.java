package dev.windlass.chain.store;

import dev.windlass.chain.BlockId;
import java.util.Objects;

/**
 * Numbers of the canonical chain whose headers are stored and proven, but whose bodies are missing.
 * No peer has served them yet, or the disk has lost them.
 *
 * @param first the lowest number
 * @param last the highest block
 */
public record Gap(long first, BlockId last) {
  public Gap {
    Objects.requireNonNull(last);
    if (first < 1 || first > last.number()) {
      throw new IllegalArgumentException("a gap from " + first + " to " + last);
    }
  }

  public long blocks() {
    return last.number() - first + 1;
  }

  @Override
  public String toString() {
    return first + " to " + last.number();
  }
}
