package dev.windlass.chain.store;

/**
 * Where blocks, links and bans live: the port that a database implements.
 *
 * <p>One thread writes; any number read meanwhile. Each method that writes does so in one atomic
 * batch: after a crash it happened wholly or not at all. None takes long, but for an insert that
 * ends a deep reorg. Every method may throw {@link StoreException}.
 */
public interface BlockStore extends ChainStore, LinkStore, BanStore, AutoCloseable {
  /** Makes what was written so far survive a power cut. */
  void sync();

  /** Bytes on disk (or in memory), roughly. */
  long sizeBytes();

  @Override
  void close();
}
