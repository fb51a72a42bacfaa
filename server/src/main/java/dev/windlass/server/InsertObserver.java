package dev.windlass.server;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import java.util.List;

/** Is told of what was written to the store, on the thread that wrote it. */
@FunctionalInterface
public interface InsertObserver {
  /**
   * Called after the write.
   *
   * @param run oldest first
   * @param tip of the store afterwards
   */
  void inserted(List<Block> run, BlockId tip, long elapsedNanos);

  /** A write made other blocks canonical than before; called after it. */
  default void reorganised(Reorg reorg) {}
}
