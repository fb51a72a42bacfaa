package dev.windlass.sim;

import dev.windlass.chain.Hash;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The course of the chain in a followed world, which grows and branches. Immutable. */
final class ChainPlan {
  private static final long SECONDS = 1_000_000_000L;
  private static final int STEPS_MAX = 12;
  private static final long STEP_NANOS_MAX = 5 * SECONDS;
  private static final int GROWTH_MAX = 20;
  private static final int DEPTH_MAX = 60;

  /** The most blocks that a branch grows by. */
  private static final int SPARE = STEPS_MAX * GROWTH_MAX;

  /** The events of a chain. */
  enum Manner {
    STANDING,
    GROWING,
    /** Another branch is the longest. */
    BRANCHING,
    /** Another branch is the heaviest, of any height. */
    WEIGHING
  }

  /** The chain from some time on. */
  record Step(long atNanos, ChainMaker chain) {}

  private final List<Step> steps = new ArrayList<>();
  private final List<ChainMaker> lines = new ArrayList<>();

  private ChainPlan() {}

  static ChainPlan of(ChainMaker trunk, Manner manner, SplittableRandom random) {
    ChainPlan course = new ChainPlan();
    ChainMaker line = trunk;
    int most = (int) trunk.head().number();
    int grown = Math.min(most / 2, STEPS_MAX * GROWTH_MAX);
    long height =
        manner == Manner.STANDING || random.nextInt(8) == 0
            ? most - grown + random.nextInt(grown + 1)
            : 1 + random.nextInt(most - grown);
    long at = 0;
    course.lines.add(trunk);
    course.steps.add(new Step(0, line.upTo(height)));
    int count = manner == Manner.STANDING ? 0 : 1 + random.nextInt(STEPS_MAX);
    for (int i = 1; i <= count; i++) {
      at += random.nextLong(STEP_NANOS_MAX);
      boolean isBranch = manner != Manner.GROWING && random.nextInt(3) == 0;
      if (isBranch) {
        int depth = 1 + random.nextInt((int) Math.min(height, DEPTH_MAX));
        boolean isLower = manner == Manner.WEIGHING && random.nextBoolean();
        int blocks =
            isLower ? depth - random.nextInt(depth) : depth + 1 + random.nextInt(GROWTH_MAX);
        long seed = random.nextInt() | 1L << 20;
        line =
            isLower
                ? heavier(line, height, depth, seed, blocks)
                : line.forkAt(height - depth, seed, blocks + SPARE);
        course.lines.add(line);
        height += blocks - depth;
      } else {
        int growth = random.nextBoolean() ? 1 : 1 + random.nextInt(GROWTH_MAX);
        height = Math.min(line.head().number(), height + growth);
      }
      course.steps.add(new Step(at, line.upTo(height)));
    }
    return course;
  }

  /** A branch of so many blocks that is just heavier than the ones that it replaces. */
  private static ChainMaker heavier(
      ChainMaker line, long height, int depth, long seed, int blocks) {
    long from = height - depth;
    BigInteger replaced = line.totalDifficulty(height).subtract(line.totalDifficulty(from));
    long difficulty = replaced.divide(BigInteger.valueOf(blocks)).longValueExact() + 1;
    return line.forkAt(from, seed, blocks + SPARE, difficulty);
  }

  List<Step> steps() {
    return steps;
  }

  Step first() {
    return steps.get(0);
  }

  Step last() {
    return steps.get(steps.size() - 1);
  }

  /** Whether a block is on this course, or among the later blocks of its branches. */
  boolean has(Hash hash) {
    return lines.stream().anyMatch(line -> line.numberOf(hash).isPresent());
  }
}
