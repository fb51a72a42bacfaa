package dev.windlass.chain.store;

/**
 * The store of blocks, links and bans: the port that a database implements.
 *
 * <p>One thread writes. Any number of threads may read meanwhile. Each method that writes does so
 * in one atomic batch: after a crash, all of the batch is there or nothing. No method takes long,
 * except an insert that completes a deep reorg. Every method may throw {@link StoreException}.
 */
public interface BlockStore extends ChainStore, LinkStore, BanStore, AutoCloseable {
  /**
   * Moves data that will not change any more to the place where it stays, a bounded part of it.
   *
   * @return whether there is more to move
   */
  default boolean sealMore() {
    return false;
  }

  /**
   * Deletes what lies below the root, a bounded part of it.
   *
   * @return whether there is more to delete
   */
  default boolean pruneMore() {
    return false;
  }

  /** Flushes all writes so far, so that they survive a power cut. */
  void sync();

  /** Bytes on disk (or in memory), roughly. */
  long sizeBytes();

  @Override
  void close();
}
