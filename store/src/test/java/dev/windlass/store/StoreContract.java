package dev.windlass.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.Block;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.store.BlockStore;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A store in memory or on the disk, for tests of what both have to do. */
abstract class StoreContract {
  static final Block ROOT = TestBlocks.genesis();

  @TempDir private Path folder;
  BlockStore store;

  final void open(boolean isOnDisk) {
    open(isOnDisk, ROOT);
  }

  final void open(boolean isOnDisk, Block root) {
    store = isOnDisk ? LevelDbBlockStore.open(folder, root) : new MemoryBlockStore(root);
  }

  /** Closes and opens a store on the disk. One in memory stays as it is. */
  final void reopen() {
    if (store instanceof LevelDbBlockStore) {
      store.close();
      store = LevelDbBlockStore.open(folder);
    }
  }

  /** Proves a store on the disk. */
  final void assertVerified() {
    if (store instanceof LevelDbBlockStore onDisk) {
      assertEquals(List.of(), new StoreVerifier(onDisk, done -> {}).verify().problems());
    }
  }

  @AfterEach
  final void close() {
    store.close();
  }
}
