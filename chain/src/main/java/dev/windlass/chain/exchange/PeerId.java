package dev.windlass.chain.exchange;

import java.util.Objects;

/** The name of one peer as long as it is registered. */
public record PeerId(String name) implements Comparable<PeerId> {
  public PeerId {
    Objects.requireNonNull(name);
  }

  public static PeerId of(String name) {
    return new PeerId(name);
  }

  @Override
  public int compareTo(PeerId other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
