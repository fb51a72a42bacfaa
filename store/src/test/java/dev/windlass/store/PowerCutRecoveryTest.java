package dev.windlass.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.store.Gap;
import dev.windlass.chain.store.Segment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Loses a batch although newer ones have reached the disk. The store must recover a whole chain.
 */
final class PowerCutRecoveryTest {
  private static final Block ROOT = TestBlocks.genesis();

  @TempDir Path folder;
  private final List<Block> blocks = TestBlocks.on(ROOT, 100, 1);
  private LevelDbBlockStore store;

  @BeforeEach
  void fill() {
    store = LevelDbBlockStore.open(folder, ROOT);
    store.insert(blocks, true);
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** Deletes what the batch with these blocks had put into the store. */
  private void lose(List<Block> lost) {
    Batch batch = new Batch();
    for (Block block : lost) {
      batch.delete(Columns.headerKey(block.id()));
      batch.delete(Columns.bodyKey(block.id()));
      batch.delete(Columns.hashToNumberKey(block.hash()));
      batch.delete(Columns.numberToHashKey(block.number()));
    }
    store.database().write(batch);
  }

  private void reopenAfterPowerCut() {
    store.database().close();
    store = LevelDbBlockStore.open(folder);
  }

  private void assertWholeAt(Block tip) {
    assertEquals(tip.id(), store.tip());
    VerifyReport report = new StoreVerifier(store, done -> {}).verify();
    assertEquals(List.of(), report.problems());
  }

  @Test
  void shouldChangeNothingWhenNothingIsLost() {
    reopenAfterPowerCut();
    assertEquals(Optional.empty(), store.recovery());
    assertWholeAt(blocks.get(99));
  }

  @Test
  void shouldGoBackUnderTheHoleWhenABatchIsLost() {
    lose(blocks.subList(40, 50));
    reopenAfterPowerCut();
    assertTrue(store.recovery().orElseThrow().contains(blocks.get(39).hash().toString()));
    assertWholeAt(blocks.get(39));
    assertEquals(blocks.get(99).id(), store.insert(blocks.subList(40, 100), true));
    assertWholeAt(blocks.get(99));
    reopenAfterPowerCut();
    assertEquals(Optional.empty(), store.recovery());
  }

  @Test
  void shouldGoBackUnderTheLowestHoleWhenSeveralBatchesAreLost() {
    lose(blocks.subList(80, 90));
    lose(blocks.subList(20, 30));
    reopenAfterPowerCut();
    assertWholeAt(blocks.get(19));
  }

  @Test
  void shouldGoBackToTheRootWhenNothingElseIsLeft() {
    lose(blocks.subList(0, 5));
    reopenAfterPowerCut();
    assertWholeAt(ROOT);
  }

  @Test
  void shouldGoBackToTheForkWhenTheBatchesOfABranchAreLost() {
    List<Block> branch = TestBlocks.on(blocks.get(49), 60, 2);
    store.insert(branch.subList(0, 30), false);
    store.insert(branch.subList(30, 60), true);
    Batch batch = new Batch();
    for (Block block : branch.subList(0, 30)) {
      batch.delete(Columns.headerKey(block.id()));
      batch.delete(Columns.bodyKey(block.id()));
      batch.delete(Columns.hashToNumberKey(block.hash()));
    }
    store.database().write(batch);
    reopenAfterPowerCut();
    assertWholeAt(blocks.get(49));
  }

  @Test
  void shouldRemoveTheSegmentThatLostLinksAndKeepTheOthers() {
    Segment whole = append(1, TestBlocks.on(ROOT, 60, 3));
    append(2, TestBlocks.on(ROOT, 60, 4));
    Batch batch = new Batch();
    batch.delete(Columns.linksKey(2, 39));
    store.database().write(batch);
    reopenAfterPowerCut();
    assertEquals(List.of(whole), store.segments());
    assertTrue(store.recovery().orElseThrow().contains("segment 2"));
    assertEquals(60, store.links(whole, 59, 1, 100).size());
  }

  private Segment append(long id, List<Block> oldestFirst) {
    List<BlockHeader> headers = TestBlocks.headersNewestFirst(oldestFirst);
    Segment segment = Segment.empty(id, headers.get(0).hash(), true).numbered(60);
    for (int from = 0; from < headers.size(); from += 20) {
      List<BlockHeader> some = headers.subList(from, from + 20);
      segment = segment.grown(20, some.get(19).parentHash());
      store.appendHeaders(segment, some);
    }
    return segment;
  }

  @Test
  void shouldLeaveWhatIsChangedToTheVerifier() {
    byte[] key = Columns.headerKey(blocks.get(70).id());
    byte[] value = store.database().get(key);
    value[0] ^= 1;
    Batch batch = new Batch();
    batch.put(key, value);
    store.database().write(batch);
    reopenAfterPowerCut();
    assertEquals(blocks.get(99).id(), store.tip());
    VerifyReport report = new StoreVerifier(store, done -> {}).verify();
    assertEquals(1, report.problemCount());
    assertEquals(StoreVerifier.HEADER_HASH, report.problems().get(0).rule());
  }

  /** Closing the store does not mend a damaged log. */
  @Test
  void shouldLookAsWellWhenTheStoreWasClosed() {
    lose(blocks.subList(40, 50));
    store.close();
    store = LevelDbBlockStore.open(folder);
    assertWholeAt(blocks.get(39));
  }

  @Test
  void shouldNameABlockThatLostItsBodyAndTakeItAgain() {
    Batch batch = new Batch();
    for (Block block : blocks.subList(40, 50)) {
      batch.delete(Columns.bodyKey(block.id()));
      batch.delete(Columns.hashToNumberKey(block.hash()));
    }
    batch.delete(Columns.hashToNumberKey(blocks.get(60).hash()));
    store.database().write(batch);
    reopenAfterPowerCut();
    assertEquals(
        List.of(new Gap(41, blocks.get(49).id()), new Gap(61, blocks.get(60).id())), store.gaps());
    assertTrue(store.recovery().orElseThrow().contains("11 blocks from 41 to 61"));
    VerifyReport report = new StoreVerifier(store, done -> {}).verify();
    assertEquals(11, report.problemCount(), "the verifier names what this opening found");
    reopenAfterPowerCut();
    assertWholeAt(blocks.get(99));
    store.insert(blocks.subList(40, 50), false);
    store.insert(blocks.subList(60, 61), false);
    assertEquals(List.of(), store.gaps());
    reopenAfterPowerCut();
    assertEquals(Optional.empty(), store.recovery());
    assertWholeAt(blocks.get(99));
  }

  /** What a log has lost counts for none of the bytes that it has left. */
  @Test
  void shouldFindAHoleThatIsLargerThanTheLogThatIsLeft() {
    List<Block> more = TestBlocks.on(blocks.get(99), 6_000, 1);
    store.insert(more, true);
    store.close();
    // Opening twice turns the log into tables.
    store = LevelDbBlockStore.open(folder);
    store.close();
    store = LevelDbBlockStore.open(folder);
    Batch batch = new Batch();
    for (Block block : more.subList(0, 5_990)) {
      Bodies.remove(batch, block.id());
      batch.delete(Columns.hashToNumberKey(block.hash()));
    }
    store.database().write(batch);
    reopenAfterPowerCut();
    assertEquals(List.of(new Gap(101, more.get(5_989).id())), store.gaps());
  }

  /** A sync stores headers before blocks, so the headers name what the index has lost. */
  @Test
  void shouldRestoreTheIndexWhenTheHeadersAreThere() {
    Batch batch = new Batch();
    for (Block block : blocks.subList(40, 50)) {
      batch.delete(Columns.bodyKey(block.id()));
      batch.delete(Columns.hashToNumberKey(block.hash()));
      batch.delete(Columns.numberToHashKey(block.number()));
    }
    store.database().write(batch);
    reopenAfterPowerCut();
    assertEquals(List.of(new Gap(41, blocks.get(49).id())), store.gaps());
    reopenAfterPowerCut();
    assertWholeAt(blocks.get(99));
  }

  /** The branch's blocks stayed known, so a sync to one of them ended the process. */
  @Test
  void shouldForgetABranchThatStoodAboveTheHole() {
    List<Block> branch = TestBlocks.on(blocks.get(69), 20, 2);
    List<Block> lower = TestBlocks.on(blocks.get(19), 20, 5);
    store.insert(branch, false);
    store.insert(lower, false);
    lose(blocks.subList(40, 50));
    reopenAfterPowerCut();
    assertWholeAt(blocks.get(39));
    assertTrue(store.known(branch.get(19).hash()).isEmpty());
    assertTrue(store.known(lower.get(19).hash()).isPresent());
    assertTrue(store.recovery().orElseThrow().contains("20 blocks beside"));
  }

  /** The header was stored before, in another batch. That does not make the block a gap. */
  @Test
  void shouldForgetABranchAboveABlockOfWhichOnlyTheHeaderIsLeft() {
    List<Block> branch = TestBlocks.on(blocks.get(69), 20, 2);
    store.insert(branch, false);
    Batch batch = new Batch();
    batch.delete(Columns.bodyKey(branch.get(9).id()));
    batch.delete(Columns.hashToNumberKey(branch.get(9).hash()));
    store.database().write(batch);
    reopenAfterPowerCut();
    assertWholeAt(blocks.get(99));
    assertTrue(store.known(branch.get(8).hash()).isPresent());
    assertTrue(store.known(branch.get(10).hash()).isEmpty());
    assertTrue(store.known(branch.get(19).hash()).isEmpty());
  }

  @Test
  void shouldForgetABranchThatHasAHoleItself() {
    List<Block> branch = TestBlocks.on(blocks.get(69), 20, 2);
    store.insert(branch, false);
    Batch batch = new Batch();
    batch.delete(Columns.bodyKey(branch.get(9).id()));
    store.database().write(batch);
    reopenAfterPowerCut();
    assertWholeAt(blocks.get(99));
    assertTrue(store.known(branch.get(8).hash()).isPresent());
    assertTrue(store.known(branch.get(9).hash()).isEmpty());
    assertTrue(store.known(branch.get(19).hash()).isEmpty());
  }
}
