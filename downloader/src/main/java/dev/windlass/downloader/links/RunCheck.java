package dev.windlass.downloader.links;

import dev.windlass.chain.Block;
import dev.windlass.chain.rules.BlockBreach;
import dev.windlass.chain.store.ChainStore;
import java.util.List;
import java.util.Optional;

/**
 * Checks a run of blocks before it is stored, beyond what their hashes prove. Called on the store's
 * thread.
 */
@FunctionalInterface
public interface RunCheck {
  /** Checks nothing more. */
  RunCheck NOTHING_MORE = (store, run) -> Optional.empty();

  /**
   * Returns the first breach of a rule.
   *
   * @param store has the parent of the run, and its ancestors
   * @param run linked blocks, oldest first
   */
  Optional<BlockBreach> breach(ChainStore store, List<Block> run);
}
