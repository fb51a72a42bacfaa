package dev.windlass.p2p;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what one node asks of us, and turns it into points of its score: {@code n * 99 / limit}
 * for {@code n} items, as in btcd.
 *
 * <p>An honest node fetches each header and each body about once. The limit is eight times the
 * number of our blocks, and 1,000,000 at least. So a node that fetches our whole chain within a
 * minute gets 25 points, and one that does nothing else but ask for it again and again is banned at
 * the fifth time within a minute.
 *
 * <p>Thread-safe. The part that is less than a point is kept for the next question.
 */
final class AskedItems {
  static final long ITEMS_MIN = 1_000_000;
  static final int PER_BLOCK = 8;

  private static final long POINTS = 99;

  /** A question for more items is as bad as this one. It alone bans. */
  private static final int POINTS_MAX = 1_000;

  private final AtomicLong items = new AtomicLong();

  static long limit(long blocks) {
    return Math.max(ITEMS_MIN, PER_BLOCK * blocks);
  }

  /**
   * Notes a question.
   *
   * @param blocks the number of blocks that this node serves
   * @return the points that are due now, often none
   */
  int asked(long count, long blocks) {
    long perPoint = Math.max(1, limit(blocks) / POINTS);
    long most = perPoint * POINTS_MAX;
    long all = items.addAndGet(Math.min(Math.max(1, count), most));
    long points = Math.min(POINTS_MAX, all / perPoint);
    items.addAndGet(-points * perPoint);
    return (int) points;
  }
}
