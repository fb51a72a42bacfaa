package dev.windlass.wire.devp2p.eth;

/**
 * The time between a chain's blocks, learned from the blocks that have come.
 *
 * <p>Owned by {@link HeadProbe}. Reads no clock.
 */
final class BlockPace {
  /** Assumed before the first measurement: a slot of today's network. */
  private static final long MILLIS_FIRST = 12_000;

  /** The weight of the old value, in blocks, against a new measurement. */
  private static final int BLOCKS_KNOWN = 4;

  /** Blocks do not come evenly. So up to this many block times without a block change nothing. */
  private static final int QUIET_BLOCKS = 4;

  private long blockMillis = MILLIS_FIRST;
  private long newsMillis;

  /**
   * Notes that the chain has another head.
   *
   * @param blocks by which it has grown; 0 if that is not known
   */
  void moved(long blocks, long nowMillis) {
    if (blocks > 0) {
      learn(blocks, nowMillis - newsMillis);
    }
    newsMillis = nowMillis;
  }

  /** A chain that is more than twice as fast counts at once. Any other measurement is smoothed. */
  private void learn(long blocks, long millis) {
    long each = Math.max(1, millis / blocks);
    long smooth = (BLOCKS_KNOWN * blockMillis + millis) / (BLOCKS_KNOWN + blocks);
    blockMillis = 2 * each < blockMillis ? each : Math.max(1, smooth);
  }

  /**
   * Notes that the chain was checked. If no block has come for long, the block time grows. It grows
   * slowly, since a fast chain may be fast again after a pause.
   */
  void looked(long nowMillis) {
    blockMillis = Math.max(blockMillis, (nowMillis - newsMillis) / QUIET_BLOCKS);
  }

  long blockMillis() {
    return blockMillis;
  }

  /** How many blocks may come in this time: twice as many as at this pace, rounded up. */
  long blocksIn(long millis) {
    return (2 * millis + blockMillis - 1) / blockMillis;
  }
}
