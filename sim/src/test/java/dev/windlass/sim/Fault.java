package dev.windlass.sim;

import java.util.EnumSet;
import java.util.random.RandomGenerator;

/** What is wrong with a simulated peer. */
public enum Fault {
  NONE(true),
  /** Never answers. */
  SILENT(true),
  /** Sends each answer at the slowest pace that is waited for, so that it is never whole. */
  DRAWLING(true),
  /** Loses one question in four. */
  LOSING(true),
  /** Answers after seconds, often after its deadline. */
  SLOW(true),
  /** Sends a beginning of what was asked. */
  PARTIAL(true),
  /** Leaves out some of the blocks. */
  WITH_GAPS(true),
  /** Has nothing. */
  EMPTY(true),
  /** Adds a real block that was not asked for. */
  OVERLAPPING(true),
  /** Sends each answer twice. */
  REPEATING(true),
  /** Leaves in the middle, and comes back. */
  LEAVING(true),
  /** Lists hashes that no block has. */
  LYING(false),
  /** Lists every second hash, so that real hashes make a false chain. */
  SPLICING(false),
  /** Lists one hash at a time. */
  ONE_AT_A_TIME(false),
  /** Sends blocks, bodies and headers that it made up. */
  FABRICATING(false),
  /** Sends bytes that are no RLP. */
  CORRUPTING(false),
  /** Lists one hash of another fork in the place of its own. */
  MIXING(false),
  /** Serves and announces blocks that follow each other but claim false numbers. */
  FORGING(false),
  /** Answers what another peer was asked. */
  CROSS_ANSWERING(false),
  /** Loses the answer to one question of each connection, some way into it. */
  LOSING_ONCE(true);

  private final boolean isHonest;

  private static final Fault[] ANY =
      EnumSet.complementOf(EnumSet.of(LOSING_ONCE)).toArray(Fault[]::new);

  Fault(boolean isHonest) {
    this.isHonest = isHonest;
  }

  /** Any but those that only some worlds draw. */
  static Fault any(RandomGenerator random) {
    return ANY[random.nextInt(ANY.length)];
  }

  /** Whether it may be slow or of no use, but never says what is not so. */
  public boolean isHonest() {
    return isHonest;
  }
}
