package dev.windlass.server;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import java.util.List;

/** Is told of each batch of blocks that was written, on the thread that wrote it. */
@FunctionalInterface
public interface InsertObserver {
  /**
   * Called after the write.
   *
   * @param run oldest first
   * @param tip of the store afterwards
   */
  void inserted(List<Block> run, BlockId tip, long elapsedNanos);
}
