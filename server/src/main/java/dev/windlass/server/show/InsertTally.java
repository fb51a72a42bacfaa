package dev.windlass.server.show;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.server.InsertObserver;
import java.util.List;
import java.util.Optional;

/** Adds up what was inserted since somebody last asked. Written and read by any thread. */
public final class InsertTally implements InsertObserver {
  /**
   * What was inserted in between.
   *
   * @param tip after the last insert
   */
  public record Sum(long blocks, long transactions, long elapsedNanos, BlockId tip) {}

  private long blocks;
  private long transactions;
  private long elapsed;
  private BlockId newest;

  @Override
  public synchronized void inserted(List<Block> run, BlockId tip, long elapsedNanos) {
    blocks += run.size();
    for (Block block : run) {
      transactions += block.transactionCount();
    }
    elapsed += elapsedNanos;
    newest = tip;
  }

  /** The sum so far, which starts again at nothing; empty where nothing was inserted. */
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
