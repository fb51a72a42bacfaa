package dev.windlass.sim;

import dev.windlass.sim.ChainMaker.Shape;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The families of chains that all worlds share. Each is made at its first use. Thread-safe. */
final class ChainShelf {
  /** How long a chain is, and how large its headers are. */
  enum Size {
    /** 400 blocks of half a kilobyte. */
    SMALL(16),
    /** 5,000 blocks, which are several spans of full size. */
    MEDIUM(2),
    /** 50,000 blocks. */
    LONG(1),
    /** Headers of up to 2 KB, and bodies. */
    FILLED(2),
    /** Headers of up to 40 KB, so that bytes bound a span. */
    WIDE(1),
    /** Headers of up to the largest allowed size. */
    WIDEST(1);

    private final int families;

    Size(int families) {
      this.families = families;
    }

    /** Whether a block is so large that no peer fabricates others. */
    boolean isLarge() {
      return this == WIDE || this == WIDEST;
    }

    private int forkBlocksMax() {
      return isLarge() ? 3 : ChainFamily.FORK_BLOCKS_MAX;
    }

    private ChainMaker trunk(long seed) {
      return switch (this) {
        case SMALL -> ChainMaker.of(seed, ChainFamily.BLOCKS, Shape.EMPTY);
        case MEDIUM -> ChainMaker.of(seed, 5_000, Shape.EMPTY);
        case LONG -> ChainMaker.onDemand(seed, 50_000, Shape.EMPTY);
        case FILLED -> ChainMaker.of(seed, 1_500, new Shape(12, 128, 16, 2_000));
        case WIDE -> ChainMaker.of(seed, 300, new Shape(0, 0, 15, 40_000));
        case WIDEST -> ChainMaker.of(seed, 30, new Shape(0, 0, 15, ChainMaker.EXTRA_BYTES_MAX));
      };
    }
  }

  private final Map<Size, List<ChainFamily>> made = new EnumMap<>(Size.class);
  private ChainMaker madeUp;
  private ChainMaker foreign;

  /** A chain on the genesis of the small ones that is too long to be synced. */
  synchronized ChainMaker madeUp() {
    if (madeUp == null) {
      madeUp = ChainMaker.onDemand(77, 100_000, Shape.EMPTY);
    }
    return madeUp;
  }

  /** A chain with another genesis. Of its 300 blocks, block 151 names no parent. */
  synchronized ChainMaker foreign() {
    if (foreign == null) {
      foreign = ChainMaker.of(7L << 32, 300, Shape.EMPTY).brokenAt(150, 7L << 32 | 1, 150);
    }
    return foreign;
  }

  /** The family for the worlds of this seed. */
  synchronized ChainFamily family(Size size, long seed) {
    List<ChainFamily> families = made.computeIfAbsent(size, s -> new ArrayList<>());
    int wanted = (int) Math.floorMod(seed, (long) size.families);
    while (families.size() <= wanted) {
      long first = 1_000L * (families.size() + 1);
      families.add(new ChainFamily(first, size.trunk(first), size.forkBlocksMax()));
    }
    return families.get(wanted);
  }
}
