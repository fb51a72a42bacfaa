package dev.windlass.wire.devp2p.eth;

/**
 * How long a chain takes for a block, as far as its blocks have been seen to come.
 *
 * <p>Owned by {@link HeadProbe}; reads no clock.
 */
final class BlockPace {
  /** What a block is taken to take before that is seen: a slot of today's network. */
  private static final long MILLIS_FIRST = 12_000;

  /** How much what was known weighs beside what is seen. */
  private static final int BLOCKS_KNOWN = 4;

  /** In how many blocks' time one may come, though blocks do not come evenly. */
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

  /** A chain that has become faster is believed at once; else one look says little. */
  private void learn(long blocks, long millis) {
    long each = Math.max(1, millis / blocks);
    long smooth = (BLOCKS_KNOWN * blockMillis + millis) / (BLOCKS_KNOWN + blocks);
    blockMillis = 2 * each < blockMillis ? each : Math.max(1, smooth);
  }

  /**
   * Notes that the chain was looked at: if nothing has come for long, a block takes longer now.
   * That is believed slowly, since a fast chain that paused may hurry then.
   */
  void looked(long nowMillis) {
    blockMillis = Math.max(blockMillis, (nowMillis - newsMillis) / QUIET_BLOCKS);
  }

  long blockMillis() {
    return blockMillis;
  }

  /** How many blocks may well come in this time: twice as many as at this pace, rounded up. */
  long blocksIn(long millis) {
    return (2 * millis + blockMillis - 1) / blockMillis;
  }
}
