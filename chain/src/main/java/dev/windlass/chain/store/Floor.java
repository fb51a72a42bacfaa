package dev.windlass.chain.store;

import dev.windlass.chain.BlockId;
import java.util.Objects;
import java.util.Optional;

/**
 * Where the stored range begins.
 *
 * @param genesis the block that names the chain
 * @param root the lowest block of the range: the genesis, or the floor of a limited history
 * @param below the parent of the root, which is not stored. Empty if the root is the genesis
 */
public record Floor(BlockId genesis, BlockId root, Optional<BlockId> below) {
  public Floor {
    Objects.requireNonNull(genesis);
    Objects.requireNonNull(root);
    Objects.requireNonNull(below);
  }

  /** A range that begins at the genesis. */
  public static Floor at(BlockId genesis) {
    return new Floor(genesis, genesis, Optional.empty());
  }

  public static Floor of(ChainStore store) {
    return new Floor(store.genesis(), store.root(), store.belowRoot());
  }

  public boolean isAtGenesis() {
    return below.isEmpty();
  }
}
