package dev.windlass.server.show;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.downloader.links.StoreChange;
import dev.windlass.downloader.verticle.DownloaderListener;
import java.util.Optional;

/** Adds up the inserts since the last call of {@link #take}. Thread-safe. */
public final class InsertTally implements DownloaderListener {
  /**
   * The sum of some inserts.
   *
   * @param tip after the last insert
   */
  public record Sum(long blocks, long transactions, long elapsedNanos, BlockId tip) {}

  private long blocks;
  private long transactions;
  private long elapsed;
  private BlockId newest;

  @Override
  public synchronized void changed(StoreChange change, long elapsedNanos) {
    blocks += change.inserted().size();
    for (Block block : change.inserted()) {
      transactions += block.transactionCount();
    }
    elapsed += elapsedNanos;
    newest = change.tip();
  }

  /** Returns the sum and resets it. Empty if nothing was inserted. */
  public synchronized Optional<Sum> take() {
    if (blocks == 0) {
      return Optional.empty();
    }
    Sum sum = new Sum(blocks, transactions, elapsed, newest);
    blocks = 0;
    transactions = 0;
    elapsed = 0;
    return Optional.of(sum);
  }
}
