package dev.windlass.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.Block;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.store.Segment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What the tests of the body files share. */
final class BodyStores {
  static final Block ROOT = TestBlocks.genesis();

  private BodyStores() {}

  /** Blocks with bodies of many sizes, some of which take several chunks. */
  static List<Block> blocks(int count) {
    return TestBlocks.linked(
        1,
        ROOT.hash(),
        count,
        block -> {
          if (block.number % 100 == 3) {
            block.transactionOf(150_000);
          }
          if (block.number % 4 != 0) {
            block.transaction(block.number);
          }
        });
  }

  /** Stores the headers of blocks, as a sync does before it fetches bodies. */
  static void appendHeaders(LevelDbBlockStore store, List<Block> oldestFirst) {
    Block anchor = TestBlocks.last(oldestFirst);
    Segment segment =
        Segment.empty(1, anchor.hash(), true)
            .numbered(anchor.number())
            .grown(oldestFirst.size(), oldestFirst.get(0).parentHash());
    store.appendHeaders(segment, TestBlocks.headersNewestFirst(oldestFirst));
  }

  /** Inserts blocks in runs, as a sync does. */
  static void insert(LevelDbBlockStore store, List<Block> oldestFirst) {
    for (int from = 0; from < oldestFirst.size(); from += 256) {
      store.insert(oldestFirst.subList(from, Math.min(oldestFirst.size(), from + 256)), false);
    }
  }

  static void sealAll(LevelDbBlockStore store) {
    boolean isMore = true;
    while (isMore) {
      isMore = store.sealMore();
    }
  }

  static void assertStored(LevelDbBlockStore store, List<Block> blocks) {
    for (Block block : blocks) {
      assertArrayEquals(block.rawBody(), store.rawBody(block.id()).orElseThrow());
      assertEquals(block, store.block(block.id()).orElseThrow());
    }
  }

  static List<VerifyReport.Problem> problems(LevelDbBlockStore store) {
    return new StoreVerifier(store, done -> {}).verify().problems();
  }

  static long keys(LevelDbBlockStore store, int column) {
    long[] count = new long[1];
    store
        .database()
        .visit(Columns.start(column), Columns.start(column + 1), (key, value) -> count[0]++);
    return count[0];
  }

  static Path bodyFile(Path dataPath, long epoch) {
    return dataPath.resolve("chain/bodies").resolve(BodyFileFormat.nameOf(epoch));
  }

  static List<Path> files(Path dataPath) throws IOException {
    try (Stream<Path> files = Files.list(dataPath.resolve("chain/bodies"))) {
      return files.sorted().toList();
    }
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** What the disk has when the process is killed at this moment. */
  static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else if (!file.endsWith("LOCK")) {
          Files.copy(file, copy);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
