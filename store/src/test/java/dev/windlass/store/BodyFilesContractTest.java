package dev.windlass.store;

import dev.windlass.chain.Block;
import dev.windlass.chain.store.BlockStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract of every store, for one whose bodies all lie in body files. */
final class BodyFilesContractTest extends BlockStoreContractTest {
  @TempDir Path folder;
  private int stores;

  @Override
  BlockStore open(Block root) {
    return straight(LevelDbBlockStore.open(folder.resolve("store" + ++stores), root));
  }

  @Override
  BlockStore reopened(BlockStore open) {
    open.close();
    return straight(LevelDbBlockStore.open(folder.resolve("store" + stores)));
  }

  private static LevelDbBlockStore straight(LevelDbBlockStore store) {
    store.blocks().bodies().finalBlocks(-1_000_000);
    return store;
  }
}
