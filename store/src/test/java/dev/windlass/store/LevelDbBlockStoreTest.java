package dev.windlass.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.chain.store.Segment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
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

  private static LevelDbBlockStore withRowsOfOneLink(Path path) {
    return LevelDbBlockStore.open(
        path, ROOT, new StoreLimits(1 << 20, 8 << 20, 4096, Duration.ofHours(1), 1, 8L << 20));
  }

  /** A proven segment of so many links, each in its own row. */
  private static Segment append(LevelDbBlockStore to, long id, int links, long branch) {
    List<Block> blocks = TestBlocks.on(ROOT, links, branch);
    Segment segment =
        Segment.empty(id, blocks.get(links - 1).hash(), true)
            .numbered(links)
            .grown(links, ROOT.hash());
    to.appendHeaders(segment, TestBlocks.headersNewestFirst(blocks));
    return segment;
  }

  private static long keys(LevelDbBlockStore in, int column) {
    long[] count = new long[1];
    in.database()
        .visit(Columns.start(column), Columns.start(column + 1), (key, value) -> count[0]++);
    return count[0];
  }

  @Test
  void shouldDeleteWhatARemovedSegmentLeavesInPartsOfSixteenRows() {
    try (LevelDbBlockStore small = withRowsOfOneLink(folder.resolve("parts"))) {
      append(small, 1, 100, 1);
      append(small, 2, 40, 2);
      small.removeSegment(1);
      assertEquals(140, keys(small, Columns.LINKS));
      assertTrue(small.sweep());
      assertEquals(124, keys(small, Columns.LINKS));
      assertEquals(125, keys(small, Columns.HEADER));
      small.removeSegment(2);
      assertEquals(6 + 3, WritingScript.sweep(small));
      assertEquals(0, keys(small, Columns.LINKS));
      assertEquals(0, keys(small, Columns.SEGMENTS));
      assertEquals(1, keys(small, Columns.HEADER));
      assertFalse(small.sweep());
    }
  }

  @Test
  void shouldGoOnWithARemovalAfterItWasOpenedAgain() {
    Path path = folder.resolve("again");
    try (LevelDbBlockStore small = withRowsOfOneLink(path)) {
      append(small, 7, 100, 1);
      small.removeSegment(7);
      assertTrue(small.sweep());
    }
    try (LevelDbBlockStore small = withRowsOfOneLink(path)) {
      assertEquals(List.of(), small.segments());
      assertEquals(84, keys(small, Columns.LINKS));
      assertEquals(7, small.lastSegmentId());
      append(small, 8, 10, 2);
      assertEquals(6, WritingScript.sweep(small));
      assertEquals(8, small.lastSegmentId());
      assertEquals(10, keys(small, Columns.LINKS));
      assertEquals(11, keys(small, Columns.HEADER));
    }
  }
}
