package dev.windlass.store;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class LevelDbBlockStoreTest extends BlockStoreContractTest {
  @TempDir Path folder;
  private int stores;

  @Override
  BlockStore open(Block root) {
    return LevelDbBlockStore.open(folder.resolve("store" + ++stores), root);
  }

  @Override
  BlockStore reopened(BlockStore open) {
    open.close();
    return LevelDbBlockStore.open(folder.resolve("store" + stores));
  }
}
