package dev.windlass.chain.exchange;

import java.util.ArrayList;
import java.util.List;

/**
 * The heights whose hashes a client sends, so that a server finds the newest block that both have.
 *
 * <p>Stateless. The heights are newest first. The source of the spacing and of the bound is
 * Bitcoin's {@code getheaders}.
 */
public final class Locator {
  /** As in Bitcoin Core. A longer locator is refused. */
  public static final int ENTRIES_MAX = 101;

  /** Consecutive heights at the beginning. Most reorgs are shorter. */
  private static final int CONSECUTIVE = 12;

  private Locator() {}

  /**
   * The heights for a chain of which the server may have any part: the tip and eleven below it,
   * then with a step that doubles, and at last the lowest block. At most 75 for any two numbers.
   */
  public static List<Long> heights(long lowest, long tip) {
    List<Long> heights = new ArrayList<>();
    long step = 1;
    long height = tip;
    while (height > lowest) {
      heights.add(height);
      if (heights.size() >= CONSECUTIVE) {
        step = step > Long.MAX_VALUE / 2 ? Long.MAX_VALUE : 2 * step;
      }
      height = step >= height - lowest ? lowest : height - step;
    }
    heights.add(lowest);
    return heights;
  }

  /**
   * The heights for a chain whose newest common block lies between two numbers: evenly spread
   * between them, then those of {@link #heights} for the lower number, in case of a reorg.
   *
   * @param common a block that the server has
   * @param unknown a block above it that the server does not have
   */
  public static List<Long> between(long lowest, long common, long unknown) {
    List<Long> below = heights(lowest, common);
    int spread = ENTRIES_MAX - below.size();
    long gap = unknown - 1 - common;
    long step = Math.max(1, gap / spread + (gap % spread == 0 ? 0 : 1));
    List<Long> heights = new ArrayList<>();
    for (long distance = gap / step * step; distance > 0; distance -= step) {
      heights.add(common + distance);
    }
    heights.addAll(below);
    return heights;
  }
}
