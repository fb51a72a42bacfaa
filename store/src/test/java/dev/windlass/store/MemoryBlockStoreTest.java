package dev.windlass.store;

import dev.windlass.chain.Block;
import dev.windlass.chain.store.BlockStore;

final class MemoryBlockStoreTest extends BlockStoreContractTest {
  @Override
  BlockStore open(Block root) {
    return new MemoryBlockStore(root);
  }

  @Override
  BlockStore reopened(BlockStore open) {
    return open;
  }
}
