package dev.windlass.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BadHashes;
import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.store.Gap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every block store for banned blocks. */
class BannedBlockContractTest extends StoreContract {
  private final List<Block> blocks = TestBlocks.on(ROOT, 100, 1);

  private void assertUnknown(List<Block> unknown) {
    for (Block block : unknown) {
      assertEquals(OptionalLong.empty(), store.known(block.hash()), block::toString);
      assertTrue(!store.has(block.id()), block::toString);
    }
  }

  private void assertKnown(List<Block> known) {
    known.forEach(block -> assertTrue(store.known(block.hash()).isPresent(), block::toString));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldSayWhyAHashIsBanned(boolean isOnDisk) {
    open(isOnDisk);
    Hash hash = blocks.get(5).hash();
    assertEquals(Optional.empty(), store.banOf(hash));
    store.putBan(hash, "it is bad");
    reopen();
    assertEquals(Optional.of("it is bad"), store.banOf(hash));
    for (Hash permanent : BadHashes.PERMANENT) {
      assertEquals(Optional.of(BadHashes.REASON), store.banOf(permanent));
    }
    store.removeBan(hash);
    assertEquals(Optional.empty(), store.banOf(hash));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldRefuseARunWithABannedBlockAsAWhole(boolean isOnDisk) {
    open(isOnDisk);
    store.insert(blocks.subList(0, 10), false);
    store.putBan(blocks.get(13).hash(), "it is bad");
    List<Block> run = blocks.subList(10, 20);
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> store.insert(run, true));
    assertEquals("block " + blocks.get(13).id() + " is banned: it is bad", refused.getMessage());
    List<BlockHeader> headers = run.stream().map(Block::header).toList();
    assertThrows(IllegalStateException.class, () -> store.skip(headers));
    reopen();
    assertEquals(blocks.get(9).id(), store.tip());
    assertUnknown(run);
    assertEquals(blocks.get(12).id(), store.insert(blocks.subList(10, 13), false));
    assertVerified();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldGoBackToTheParentOfABlockThatItForgets(boolean isOnDisk) {
    open(isOnDisk);
    List<Block> lower = TestBlocks.on(blocks.get(48), 80, 2, 1);
    List<Block> upper = TestBlocks.on(blocks.get(60), 80, 3, 1);
    List<Block> onUpper = TestBlocks.on(upper.get(10), 3, 4, 1);
    store.insert(blocks, false);
    store.insert(lower, false);
    store.insert(upper, false);
    store.insert(onUpper, false);
    assertEquals(blocks.get(99).id(), store.tip());

    assertEquals(blocks.get(48).id(), store.forget(blocks.get(49).id()));
    reopen();
    assertEquals(blocks.get(48).id(), store.tip());
    assertEquals(Optional.empty(), store.canonicalHash(50));
    assertUnknown(blocks.subList(49, 100));
    assertUnknown(upper);
    assertUnknown(onUpper);
    assertKnown(blocks.subList(0, 49));
    assertKnown(lower);
    assertVerified();
    assertEquals(blocks.get(59).id(), store.insert(blocks.subList(49, 60), false));
    assertVerified();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldForgetBlocksBesideTheChainWithoutMovingTheTip(boolean isOnDisk) {
    open(isOnDisk);
    List<Block> beside = TestBlocks.on(blocks.get(20), 30, 2, 1);
    List<Block> onBeside = TestBlocks.on(beside.get(9), 5, 3, 1);
    store.insert(blocks, false);
    store.insert(beside, false);
    store.insert(onBeside, false);
    assertEquals(blocks.get(99).id(), store.forget(beside.get(5).id()));
    reopen();
    assertUnknown(beside.subList(5, 30));
    assertUnknown(onBeside);
    assertKnown(beside.subList(0, 5));
    assertKnown(blocks);
    assertVerified();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldShortenTheGapsWhenItForgetsBlocksInThem(boolean isOnDisk) {
    open(isOnDisk);
    List<BlockHeader> headers = blocks.stream().map(Block::header).toList();
    store.skip(headers.subList(0, 40));
    store.insert(blocks.subList(40, 60), false);
    store.skip(headers.subList(60, 80));
    store.insert(blocks.subList(80, 100), false);
    assertEquals(blocks.get(29).id(), store.forget(blocks.get(30).id()));
    reopen();
    assertEquals(List.of(new Gap(1, blocks.get(29).id())), store.gaps());
    assertUnknown(blocks.subList(30, 100));
    assertVerified();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldRefuseToForgetTheRootOrAnUnknownBlock(boolean isOnDisk) {
    open(isOnDisk);
    store.insert(blocks.subList(0, 10), false);
    List<BlockId> refused =
        List.of(ROOT.id(), blocks.get(20).id(), new BlockId(4, blocks.get(4).hash()));
    for (BlockId block : refused) {
      assertThrows(IllegalStateException.class, () -> store.forget(block), block::toString);
    }
    assertEquals(blocks.get(9).id(), store.tip());
  }

  /** Each batch may be the last one that a crash has left. */
  @Test
  void shouldBeWholeAfterEachBatchAndGoOnFromThere() {
    open(true);
    List<Block> tall = TestBlocks.on(ROOT, 2 * Forgetting.BLOCKS_PER_STEP + 100, 1);
    List<Block> upper = TestBlocks.on(tall.get(50), Forgetting.BLOCKS_PER_STEP + 50, 3, 1);
    store.insert(tall, false);
    store.insert(upper, false);
    BlockId banned = tall.get(20).id();
    int steps = 0;
    boolean isMore = true;
    while (isMore) {
      LevelDbBlockStore onDisk = (LevelDbBlockStore) store;
      isMore = new Forgetting(onDisk.database(), onDisk.blocks(), banned).step();
      steps++;
      reopen();
      assertVerified();
      assertEquals(isMore, store.has(banned), "it goes last");
    }
    assertEquals(5, steps);
    assertEquals(tall.get(19).id(), store.tip());
    assertUnknown(upper);
  }
}
