package dev.windlass.node;

import dev.windlass.chain.Block;
import dev.windlass.chain.rules.BlockBreach;
import dev.windlass.chain.store.ChainStore;
import dev.windlass.downloader.links.RunCheck;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A check of runs that reports the newest block of each run that passes, before the run is stored.
 * The parent of a run is stored, and its own blocks are linked.
 *
 * <p>Used by the store's thread only.
 */
final class RelayingCheck implements RunCheck {
  private final RunCheck check;
  private final Consumer<Block> onPassed;

  RelayingCheck(RunCheck check, Consumer<Block> onPassed) {
    this.check = check;
    this.onPassed = onPassed;
  }

  @Override
  public Optional<BlockBreach> breach(ChainStore store, List<Block> run) {
    Optional<BlockBreach> breach = check.breach(store, run);
    if (breach.isEmpty()) {
      onPassed.accept(run.get(run.size() - 1));
    }
    return breach;
  }
}
