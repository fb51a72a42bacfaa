package dev.windlass.store;

import static dev.windlass.store.BodyStores.ROOT;
import static dev.windlass.store.BodyStores.assertStored;
import static dev.windlass.store.BodyStores.keys;
import static dev.windlass.store.BodyStores.problems;
import static dev.windlass.store.BodyStores.sealAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What lies below a new root leaves the database and the body files. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class PruningTest {
  private static final int EPOCH = BodyFileFormat.NUMBERS_PER_EPOCH;
  private static List<Block> blocks;

  @TempDir Path folder;
  private LevelDbBlockStore store;

  @BeforeAll
  static void makeBlocks() {
    blocks = BodyStores.blocks(10_000);
  }

  @BeforeEach
  void open() {
    store = LevelDbBlockStore.open(folder, ROOT);
    BodyStores.insert(store, blocks);
    sealAll(store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void reopen() {
    store.close();
    store = LevelDbBlockStore.open(folder);
  }

  /** Blocks from a number on. */
  private static List<Block> from(int number) {
    return blocks.subList(number - 1, blocks.size());
  }

  private void prune() {
    boolean isMore = true;
    while (isMore) {
      isMore = store.pruneMore();
    }
  }

  private List<String> bodyFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("chain/bodies"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void assertRange(int root) {
    assertEquals(root, store.root().number());
    assertStored(store, from(root));
    assertEquals(List.of(), problems(store));
    int numbers = blocks.size() - root + 1;
    assertEquals(numbers, keys(store, Columns.NUMBER_TO_HASH));
    assertEquals(numbers, keys(store, Columns.HASH_TO_NUMBER));
    assertEquals(numbers + 1, keys(store, Columns.HEADER), "with that of the genesis");
    assertEquals(numbers + 1, keys(store, Columns.BODY) + keys(store, Columns.PLACES));
    assertEquals(0, keys(store, Columns.TOTALS));
    assertEquals(Optional.of(ROOT), store.block(ROOT.id()));
  }

  @Test
  void shouldDeleteTheFileOfAnEpochThatTheRootHasLeft() throws IOException {
    assertEquals(2, bodyFiles().size());
    long before = store.sizeBytes();
    store.raise(EPOCH + 100);
    prune();
    assertEquals(List.of("00000001.bodies"), bodyFiles());
    assertRange(EPOCH + 100);
    reopen();
    assertEquals(Optional.empty(), store.recovery());
    assertRange(EPOCH + 100);
    assertTrue(store.sizeBytes() < before / 2, () -> store.sizeBytes() + " of " + before);
  }

  @Test
  void shouldUnsealAFileOfWhichItNeedsARest() throws IOException {
    assertTrue(store.blocks().bodies().epochs().get(0L).isSealed());
    store.raise(5_000);
    prune();
    assertFalse(store.blocks().bodies().epochs().get(0L).isSealed());
    sealAll(store);
    assertRange(5_000);
    reopen();
    assertRange(5_000);
    assertEquals(2, bodyFiles().size());
    store.raise(EPOCH);
    prune();
    assertEquals(List.of("00000001.bodies"), bodyFiles());
    assertRange(EPOCH);
  }

  /** As after a kill between two steps. */
  @Test
  void shouldGoOnAtTheNextStart() {
    store.raise(9_000);
    for (int step = 0; step < 5; step++) {
      assertTrue(store.pruneMore());
      reopen();
      assertEquals(List.of(), problems(store));
      assertStored(store, from(9_000));
      assertTrue(store.known(blocks.get(8_998).hash()).isEmpty());
    }
    assertTrue(keys(store, Columns.HEADER) > 5_000);
    prune();
    assertRange(9_000);
  }

  /** Others may read what is deleted at that moment. */
  @Test
  void shouldNotDisturbThoseWhoRead() throws Exception {
    ExecutorService reader = Executors.newSingleThreadExecutor();
    Future<Integer> read =
        reader.submit(
            () -> {
              int found = 0;
              boolean isAnyLeft = true;
              while (isAnyLeft) {
                for (int number = 1; number < 9_500; number += 97) {
                  Block block = blocks.get(number - 1);
                  found += store.rawHeaders(number, 64).size();
                  found += store.block(block.id()).isPresent() ? 1 : 0;
                  found += store.rawBody(block.id()).isPresent() ? 1 : 0;
                }
                isAnyLeft = store.header(blocks.get(9_498).id()).isPresent();
              }
              return found;
            });
    for (int root = 500; root <= 9_500; root += 500) {
      store.raise(root);
      prune();
    }
    assertTrue(read.get() > 0);
    reader.shutdown();
    assertRange(9_500);
  }
}
