package dev.windlass.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/** The contract of every block store for blocks whose bodies are missing. */
class GapContractTest extends StoreContract {
  private final List<Block> blocks = TestBlocks.on(ROOT, 100, 1);

  private static List<BlockHeader> headers(List<Block> of) {
    return of.stream().map(Block::header).toList();
  }

  /** Skips the first 60 blocks, and inserts the others. */
  private void fillAbove(boolean isOnDisk) {
    open(isOnDisk);
    store.skip(headers(blocks.subList(0, 20)));
    assertEquals(blocks.get(59).id(), store.skip(headers(blocks.subList(20, 60))));
    assertEquals(List.of(new Gap(1, blocks.get(59).id())), store.gaps());
    assertEquals(blocks.get(99).id(), store.insert(blocks.subList(60, 100), false));
    reopen();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldStoreBlocksAboveAGap(boolean isOnDisk) {
    fillAbove(isOnDisk);
    assertEquals(List.of(new Gap(1, blocks.get(59).id())), store.gaps());
    BlockId inGap = blocks.get(30).id();
    assertEquals(Optional.of(inGap.hash()), store.canonicalHash(31));
    assertEquals(OptionalLong.empty(), store.known(inGap.hash()));
    assertTrue(store.has(inGap));
    assertTrue(store.header(inGap).isPresent());
    assertEquals(Optional.empty(), store.block(inGap));
    assertEquals(OptionalLong.of(61), store.known(blocks.get(60).hash()));
    assertEquals(
        List.of(blocks.get(30).hash(), blocks.get(31).hash()),
        store.canonicalLinks(31, 2).stream().map(link -> link.hash()).toList());
    assertVerified();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldFillAGapFromAnywhere(boolean isOnDisk) {
    fillAbove(isOnDisk);
    assertEquals(blocks.get(99).id(), store.insert(blocks.subList(20, 30), false));
    assertEquals(
        List.of(new Gap(1, blocks.get(19).id()), new Gap(31, blocks.get(59).id())), store.gaps());
    store.insert(blocks.subList(0, 20), false);
    store.insert(blocks.subList(30, 60), true);
    assertEquals(List.of(), store.gaps());
    assertEquals(blocks.get(99).id(), store.tip());
    assertEquals(Optional.of(blocks.get(5)), store.block(blocks.get(5).id()));
    assertVerified();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldLeaveTheGapWhenABranchBelowReplacesItAndTakeItBack(boolean isOnDisk) {
    fillAbove(isOnDisk);
    List<Block> branch = TestBlocks.on(ROOT, 101, 2);
    assertEquals(branch.get(100).id(), store.insert(branch, false));
    assertEquals(List.of(), store.gaps());
    List<Block> more = TestBlocks.on(blocks.get(99), 3, 1);
    assertEquals(more.get(2).id(), store.insert(more, false));
    assertEquals(List.of(new Gap(1, blocks.get(59).id())), store.gaps());
    assertVerified();
  }

  /** Beside the canonical chain, a gap cannot be told from lost blocks. */
  @Test
  void shouldForgetAtTheNextOpeningWhatStandsOnAReplacedGap() {
    fillAbove(true);
    store.insert(TestBlocks.on(ROOT, 101, 2), false);
    store.close();
    open(true);
    assertEquals(OptionalLong.empty(), store.known(blocks.get(99).hash()));

    List<Block> more = TestBlocks.on(blocks.get(99), 3, 1);
    store.skip(headers(blocks.subList(0, 60)));
    store.insert(blocks.subList(60, 100), false);
    assertEquals(more.get(2).id(), store.insert(more, false));
    assertEquals(List.of(new Gap(1, blocks.get(59).id())), store.gaps());
    assertVerified();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldKeepTheGapBelowTheForkOnly(boolean isOnDisk) {
    fillAbove(isOnDisk);
    List<Block> branch = TestBlocks.on(blocks.get(29), 80, 2);
    assertEquals(branch.get(79).id(), store.insert(branch, false));
    assertEquals(List.of(new Gap(1, blocks.get(29).id())), store.gaps());
    assertVerified();
  }

  /**
   * The tip may be on a branch that the network has left, while nodes are pruned above the fork.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldSkipFromAForkAndReplaceWhatLiesAbove(boolean isOnDisk) {
    open(isOnDisk);
    store.insert(blocks.subList(0, 50), false);
    List<Block> branch = TestBlocks.on(blocks.get(39), 60, 2);
    assertEquals(branch.get(29).id(), store.skip(headers(branch.subList(0, 30))));
    assertEquals(List.of(new Gap(41, branch.get(29).id())), store.gaps());
    assertEquals(branch.get(59).id(), store.insert(branch.subList(30, 60), false));
    assertEquals(Optional.of(blocks.get(39).hash()), store.canonicalHash(40));
    assertEquals(Optional.of(branch.get(0).hash()), store.canonicalHash(41));
    assertEquals(
        OptionalLong.of(50), store.known(blocks.get(49).hash()), "it is beside the chain now");
    reopen();
    assertEquals(List.of(new Gap(41, branch.get(29).id())), store.gaps());
    assertVerified();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldSkipAcrossAForkInsideAGap(boolean isOnDisk) {
    fillAbove(isOnDisk);
    List<Block> branch = TestBlocks.on(blocks.get(29), 20, 2);
    assertEquals(branch.get(19).id(), store.skip(headers(branch)));
    assertEquals(List.of(new Gap(1, branch.get(19).id())), store.gaps());
    assertEquals(Optional.empty(), store.canonicalHash(51));
    assertVerified();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldRefuseToSkipWhatDoesNotFollowTheTip(boolean isOnDisk) {
    open(isOnDisk);
    List<BlockHeader> later = headers(blocks.subList(1, 3));
    assertThrows(IllegalStateException.class, () -> store.skip(later));
    BlockId unknown = new BlockId(1, Hash.ZERO);
    assertTrue(!store.has(unknown));
    assertVerified();
  }
}
