package dev.windlass.downloader;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.queue.ReservationQueue;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Blocks of this sync that came outside the window: of cross-checks, of searches and of heads that
 * a peer had to show. The window takes them when it reaches them, so that they are not fetched
 * again.
 *
 * <p>Owned by the core. It keeps at most {@link #BLOCKS_MAX} blocks, the newest ones. A large block
 * is not kept, and is fetched again.
 */
public final class BlocksAhead {
  /** A search finds at most two blocks for each doubling. */
  private static final int BLOCKS_MAX = 64;

  private final long blockBytesMax;
  private final Map<Hash, Block> blocks = new LinkedHashMap<>();

  /**
   * Keeps no block yet.
   *
   * @param bytesMax the most bytes of all blocks
   */
  BlocksAhead(long bytesMax) {
    this.blockBytesMax = bytesMax / BLOCKS_MAX;
  }

  public void keep(Block block) {
    if (block.size() > blockBytesMax) {
      return;
    }
    blocks.put(block.hash(), block);
    if (blocks.size() > BLOCKS_MAX) {
      Iterator<Block> oldest = blocks.values().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** Moves the blocks that the window has reached into it. Returns how many it took. */
  int moveTo(ReservationQueue queue) {
    int taken = 0;
    Iterator<Block> all = blocks.values().iterator();
    while (all.hasNext()) {
      Block block = all.next();
      if (block.number() < queue.nextLink()) {
        taken += queue.put(block) ? 1 : 0;
        all.remove();
      }
    }
    return taken;
  }

  void clear() {
    blocks.clear();
  }
}
