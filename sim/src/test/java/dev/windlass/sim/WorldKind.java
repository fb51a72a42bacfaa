package dev.windlass.sim;

/**
 * The kinds of random worlds.
 *
 * <p>A kind that the core does not pass yet is off, and its seeds run {@link #ANCHORED} worlds.
 * {@code -Dwindlass.worlds=NAME,NAME} or {@code all} switches kinds and rules on. {@code
 * -Dwindlass.kind=NAME} makes every seed a world of one kind.
 */
enum WorldKind {
  /** A {@link RandomWorld} in which an operator's anchor is the goal. */
  ANCHORED(8, true),
  /** Each node has a part of the bodies, or of the headers too, and only together they have all. */
  PARTIAL(1, true),
  /** The heads of honest nodes are followed, while their chain grows and branches. */
  FOLLOWED(3, true),
  /** Branches are heavier with an equal or lower number. */
  BRANCHING(1, true),
  /** Some nodes claim heads that no peer serves, and reconnect with new claims after each drop. */
  DISAGREEING(1, true),
  /** Some nodes serve a fabricated chain header by header. */
  TRICKLING(1, true),
  /** The operator names anchors that no peer serves, withdraws some, and names banned ones. */
  OPERATED(1, true),
  /** The followed node lacks old bodies or headers, and an archive connects later. */
  PRUNED(1, true),
  /** The only node loses an answer. */
  LOSSY(1, true),
  /** Lines of 20 KB/s to 20 MB/s, chains of some thousand blocks, headers up to the largest. */
  THIN(1, true),
  /** Nodes stall, leave and come back, claim false numbers, or heads that no node has. */
  STALLING(1, true),
  /** Nodes claim false numbers, and answer a question above their head from their head on. */
  BEHIND(0, false);

  /** The number of seeds in a row among which each kind has its share. */
  static final int SHARES = 20;

  private static final String ONLY = System.getProperty("windlass.kind");

  private final int share;
  private final boolean isHeld;

  WorldKind(int share, boolean isHeld) {
    this.share = share;
    this.isHeld = isHeld;
  }

  /** Whether seeds make worlds of all enabled kinds. */
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
