package dev.windlass.sim;

import java.util.EnumSet;
import java.util.random.RandomGenerator;

/** The fault of a simulated peer. */
public enum Fault {
  NONE(true),
  /** Never answers. */
  SILENT(true),
  /**
   * Sends each answer at the slowest pace that extends the deadline, so that it is never complete.
   */
  DRAWLING(true),
  /** Loses one question in four. */
  LOSING(true),
  /** Answers after seconds, often after its deadline. */
  SLOW(true),
  /** Sends only the first items of an answer. */
  PARTIAL(true),
  /** Leaves out some of the blocks. */
  WITH_GAPS(true),
  /** Has nothing. */
  EMPTY(true),
  /** Adds a real block that was not asked for. */
  OVERLAPPING(true),
  /** Sends each answer twice. */
  REPEATING(true),
  /** Disconnects during the sync, and reconnects. */
  LEAVING(true),
  /** Lists hashes that no block has. */
  LYING(false),
  /** Lists every second hash, so that real hashes make a false chain. */
  SPLICING(false),
  /** Lists one hash at a time. */
  ONE_AT_A_TIME(false),
  /** Sends fabricated blocks, bodies and headers. */
  FABRICATING(false),
  /** Sends bytes that are not RLP. */
  CORRUPTING(false),
  /** Lists one hash of another fork instead of its own. */
  MIXING(false),
  /** Serves and announces blocks that follow each other but claim false numbers. */
  FORGING(false),
  /** Answers the question of another peer. */
  CROSS_ANSWERING(false),
  /** Loses one answer of each connection. */
  LOSING_ONCE(true);

  private final boolean isHonest;

  private static final Fault[] ANY =
      EnumSet.complementOf(EnumSet.of(LOSING_ONCE)).toArray(Fault[]::new);

  Fault(boolean isHonest) {
    this.isHonest = isHonest;
  }

  /** Any fault except those of special worlds. */
  static Fault any(RandomGenerator random) {
    return ANY[random.nextInt(ANY.length)];
  }

  /** Whether it may be slow or useless, but never sends anything false. */
  public boolean isHonest() {
    return isHonest;
  }
}
