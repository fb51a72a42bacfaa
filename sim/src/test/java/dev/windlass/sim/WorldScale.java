package dev.windlass.sim;

import dev.windlass.sim.ChainPlan.Manner;
import dev.windlass.sim.ChainShelf.Size;
import java.util.SplittableRandom;

/** Draws the sizes of a followed world: of its chain, its blocks and its lines. */
final class WorldScale {
  private static final long MILLIS = 1_000_000L;

  private static final long LATENCY_NANOS_MAX = 400 * MILLIS;
  private static final double RATE_MIN = 20_000;
  private static final double RATE_MAX = 20_000_000;

  /** The longest time of a header on a line. */
  private static final double ANSWER_BYTES = 3 << 20;

  private static final double ANSWER_SECONDS_MAX = 5;
  private static final int HEADER_SECONDS_MAX = 5;

  private static final int ITEM_BYTES = 1_100;

  private final WorldKind kind;
  private final SplittableRandom random;
  private final Size size;

  WorldScale(WorldKind kind, SplittableRandom random) {
    this.kind = kind;
    this.random = random;
    size = drawSize();
  }

  Size size() {
    return size;
  }

  private Size drawSize() {
    int drawn = random.nextInt(40);
    return switch (kind) {
      case THIN ->
          drawn < 2
              ? Size.WIDEST
              : drawn < 6
                  ? Size.WIDE
                  : drawn < 12 ? Size.FILLED : drawn < 15 ? Size.LONG : Size.MEDIUM;
      case PRUNED, PARTIAL, LOSSY -> drawn < 4 ? Size.MEDIUM : Size.SMALL;
      case FOLLOWED -> drawn == 0 ? rareSize() : Size.SMALL;
      default -> Size.SMALL;
    };
  }

  private Size rareSize() {
    int drawn = random.nextInt(12);
    return drawn == 0
        ? Size.LONG
        : drawn < 2 ? Size.WIDEST : drawn < 5 ? Size.WIDE : drawn < 8 ? Size.FILLED : Size.MEDIUM;
  }

  /** How the chain of the course grows. */
  Manner manner() {
    return switch (kind) {
      case BRANCHING -> Manner.WEIGHING;
      case PRUNED, PARTIAL -> random.nextBoolean() ? Manner.STANDING : Manner.GROWING;
      case STALLING -> Manner.GROWING;
      case THIN, LOSSY -> random.nextInt(4) == 0 ? Manner.GROWING : Manner.STANDING;
      default -> size.isLarge() || random.nextBoolean() ? Manner.GROWING : Manner.BRANCHING;
    };
  }

  long latency() {
    return MILLIS + random.nextLong(random.nextBoolean() ? 20 * MILLIS : LATENCY_NANOS_MAX);
  }

  /** A line's bytes a second. Each order of magnitude is equally likely. */
  long thinRate() {
    double rate = RATE_MIN * Math.pow(RATE_MAX / RATE_MIN, random.nextDouble());
    // An answer of wide headers has full size whatever was expected, but the same deadline.
    double least = hasWideHeaders() ? ANSWER_BYTES / ANSWER_SECONDS_MAX : 0;
    return (long) Math.max(rate, Math.max(least, (double) headerBytesMax() / HEADER_SECONDS_MAX));
  }

  /** A rate so low that others wait for their turn. */
  long crawlingRate() {
    return (long) RATE_MIN + random.nextInt(2 * (int) RATE_MIN);
  }

  private int headerBytesMax() {
    return switch (size) {
      case WIDEST -> 1 << 20;
      case WIDE -> 41_000;
      case FILLED -> 3_000;
      default -> ITEM_BYTES;
    };
  }

  /** Whether a header may be as large as an answer, so that no expected size is right. */
  boolean hasWideHeaders() {
    return size == Size.WIDE || size == Size.WIDEST;
  }

  /** The approximate size of the largest block. */
  int blockBytesMax() {
    return headerBytesMax() + (size == Size.FILLED ? 10_000 : 0);
  }
}
