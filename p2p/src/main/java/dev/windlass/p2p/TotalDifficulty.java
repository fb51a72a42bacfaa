package dev.windlass.p2p;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.store.ChainStore;
import java.math.BigInteger;
import java.util.Optional;
import java.util.function.Function;

/**
 * The total difficulty that this node reports. Nodes up to eth/68 sync only from nodes that report
 * more than they have.
 *
 * <p>It counts from the root of the store, which may lie above the genesis. Any thread may read it.
 */
public final class TotalDifficulty implements Function<BlockId, BigInteger> {
  private final ChainStore store;

  public TotalDifficulty(ChainStore store) {
    this.store = store;
  }

  /**
   * The total difficulty of the head. While a store of an older version is summed, it is that of an
   * ancestor.
   *
   * @param head of the stored chain
   */
  @Override
  public BigInteger apply(BlockId head) {
    return of(head).orElseGet(store::summedDifficulty);
  }

  /** The total difficulty of a stored block. Empty if it is not summed yet. */
  Optional<BigInteger> of(BlockId block) {
    return store.totalDifficulty(block);
  }
}
