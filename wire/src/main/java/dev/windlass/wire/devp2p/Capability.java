package dev.windlass.wire.devp2p;

import java.util.Comparator;

/**
 * A protocol beside {@link BaseProtocol} that a node supports, in one version: {@code eth/68}.
 *
 * @param name one to eight ASCII letters or digits
 */
public record Capability(String name, int version) implements Comparable<Capability> {
  static final int NAME_MAX = 8;

  private static final Comparator<Capability> ORDER =
      Comparator.comparing(Capability::name).thenComparingInt(Capability::version);

  public Capability {
    if (name.isEmpty() || name.length() > NAME_MAX || version < 0) {
      throw new IllegalArgumentException("not a capability: " + name + "/" + version);
    }
  }

  public static Capability eth(int version) {
    return new Capability("eth", version);
  }

  /**
   * How many of the connection's message codes it takes.
   *
   * <p>eth/60 has 8, eth/61 has 9; 62 has 8; 63 to 68 have 17; 69 has 18 (BlockRangeUpdate).
   */
  int codes() {
    if (!name.equals("eth")) {
      return 0;
    }
    return switch (version) {
      case 60, 62 -> 8;
      case 61 -> 9;
      case 63, 64, 65, 66, 67, 68 -> 17;
      default -> 18;
    };
  }

  @Override
  public int compareTo(Capability other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return name + "/" + version;
  }
}
