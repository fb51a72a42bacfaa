package dev.windlass.sim;

/**
 * The kinds of random worlds.
 *
 * <p>A kind that the core does not hold yet is off: its seeds run {@link #ANCHORED} worlds. {@code
 * -Dwindlass.worlds=NAME,NAME} or {@code all} switches kinds and rules on, {@code
 * -Dwindlass.kind=NAME} makes every seed a world of one kind.
 */
enum WorldKind {
  /** {@link RandomWorld}: an operator's anchor is the goal. */
  ANCHORED(9, true),
  /** Heads are followed that honest nodes announce, while their chain grows and branches. */
  FOLLOWED(3, true),
  /** Branches that are of equal or lower height and heavier. */
  BRANCHING(1, true),
  /** Others promise heads that nobody serves, and come back with new promises after each drop. */
  DISAGREEING(1, true),
  /** Others bring a made-up chain, header by header. */
  TRICKLING(1, true),
  /** The operator names anchors that nobody serves, takes some back, and names banned ones. */
  OPERATED(1, true),
  /** The followed node has no old bodies or headers; an archive comes later. */
  PRUNED(1, true),
  /** One node alone, which loses an answer. */
  LOSSY(1, true),
  /** Lines of 20 KB/s to 20 MB/s, chains of some thousand blocks, headers up to the largest. */
  THIN(1, true),
  /**
   * Nodes that answer from their head on if they are asked from above it, and say false numbers.
   */
  BEHIND(1, false);

  /** Of this many seeds in a row each kind has its share. */
  static final int SHARES = 20;

  private static final String ONLY = System.getProperty("windlass.kind");

  private final int share;
  private final boolean isHeld;

  WorldKind(int share, boolean isHeld) {
    this.share = share;
    this.isHeld = isHeld;
  }

  /** Whether seeds make worlds of all kinds that are on. */
  static boolean areMixed() {
    return ONLY == null;
  }

  boolean isOn() {
    return Rule.isOn(name(), isHeld);
  }

  /** The kind of a seed's world. */
  static WorldKind of(long seed) {
    if (ONLY != null) {
      return valueOf(ONLY);
    }
    int left = Math.floorMod(seed, SHARES);
    for (WorldKind kind : values()) {
      left -= kind.share;
      if (left < 0) {
        return kind.isOn() ? kind : ANCHORED;
      }
    }
    return ANCHORED;
  }
}
