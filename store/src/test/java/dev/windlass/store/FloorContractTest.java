package dev.windlass.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.store.Floor;
import dev.windlass.chain.store.Gap;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every block store for a range that begins above the genesis. */
class FloorContractTest extends StoreContract {
  private static final int FLOOR = 40;
  private static final int TIP = 100;

  /** Each at its own number. */
  private final List<Block> chain = TestBlocks.chainWithBodies(TIP);

  private List<BlockHeader> newestFirst(int highest, int lowest) {
    return TestBlocks.headersNewestFirst(chain.subList(lowest, highest + 1));
  }

  private void beginAndFill(boolean isOnDisk) {
    open(isOnDisk, chain.get(0));
    store.begin(chain.get(FLOOR).header());
    store.insert(chain.subList(FLOOR + 1, TIP + 1), false);
    reopen();
  }

  private void assertRange(int lowest) {
    assertEquals(chain.get(lowest).id(), store.root());
    assertEquals(chain.get(TIP).id(), store.tip());
    assertEquals(chain.get(0).id(), store.genesis());
    for (int number = 0; number <= TIP; number++) {
      boolean isInRange = number >= lowest;
      assertEquals(isInRange, store.canonicalHash(number).isPresent(), "number " + number);
      assertEquals(isInRange, store.has(chain.get(number).id()));
    }
    assertVerified();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldBeginAtAHeaderInsteadOfTheGenesis(boolean isOnDisk) {
    beginAndFill(isOnDisk);
    assertRange(FLOOR);
    assertEquals(Optional.of(chain.get(FLOOR - 1).id()), store.belowRoot());
    assertEquals(List.of(new Gap(FLOOR, chain.get(FLOOR).id())), store.gaps());
    assertEquals(OptionalLong.empty(), store.known(chain.get(0).hash()));
    assertTrue(store.rawHeaders(FLOOR - 1, 1).isEmpty());
    assertFalse(store.rawHeaders(FLOOR, 1).isEmpty());
    assertEquals(Floor.of(store).root(), chain.get(FLOOR).id());
    assertFalse(Floor.of(store).isAtGenesis());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldFillTheBodyOfTheFloor(boolean isOnDisk) {
    beginAndFill(isOnDisk);
    store.insert(chain.subList(FLOOR, FLOOR + 1), false);
    reopen();
    assertEquals(List.of(), store.gaps());
    assertEquals(Optional.of(chain.get(FLOOR)), store.block(chain.get(FLOOR).id()));
    assertRange(FLOOR);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldMoveTheRootDownPieceByPiece(boolean isOnDisk) {
    beginAndFill(isOnDisk);
    store.lower(newestFirst(FLOOR - 1, 30));
    reopen();
    assertRange(30);
    assertEquals(List.of(new Gap(30, chain.get(FLOOR).id())), store.gaps());
    store.lower(newestFirst(29, 20));
    store.insert(chain.subList(20, FLOOR + 1), false);
    reopen();
    assertRange(20);
    assertEquals(List.of(), store.gaps());
    assertEquals(Optional.of(chain.get(19).id()), store.belowRoot());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldJoinTheGenesis(boolean isOnDisk) {
    beginAndFill(isOnDisk);
    store.lower(newestFirst(FLOOR - 1, 1));
    reopen();
    assertRange(0);
    assertEquals(Optional.empty(), store.belowRoot());
    assertEquals(List.of(new Gap(1, chain.get(FLOOR).id())), store.gaps());
    store.insert(chain.subList(1, FLOOR + 1), false);
    reopen();
    assertEquals(List.of(), store.gaps());
    for (Block block : chain) {
      assertEquals(Optional.of(block), store.block(block.id()));
    }
    assertRange(0);
  }

  /** Below the floor nobody knows the difficulty of the blocks. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldKnowTotalDifficultiesOnlyDownToTheGenesis(boolean isOnDisk) {
    beginAndFill(isOnDisk);
    assertEquals(Optional.empty(), store.totalDifficulty(chain.get(TIP).id()));
    assertFalse(store.sumMore());
    assertEquals(BigInteger.ZERO, store.summedDifficulty());
    store.lower(newestFirst(FLOOR - 1, 1));
    while (store.sumMore()) {
      assertTrue(isOnDisk);
    }
    BigInteger each = chain.get(0).header().difficulty();
    BigInteger total = each.multiply(BigInteger.valueOf(TIP + 1));
    assertEquals(Optional.of(total), store.totalDifficulty(chain.get(TIP).id()));
    assertEquals(total, store.summedDifficulty());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldReorganiseAboveTheFloorOnly(boolean isOnDisk) {
    beginAndFill(isOnDisk);
    List<Block> heavier = TestBlocks.on(chain.get(FLOOR), 100, 7);
    assertEquals(heavier.get(99).id(), store.insert(heavier, false));
    List<Block> below = TestBlocks.on(chain.get(FLOOR - 1), 200, 8);
    assertThrows(IllegalStateException.class, () -> store.insert(below, true));
    reopen();
    assertEquals(chain.get(FLOOR).id(), store.root());
    assertVerified();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldBeginElsewhereOnlyWhileNothingIsStoredAbove(boolean isOnDisk) {
    open(isOnDisk, chain.get(0));
    store.begin(TestBlocks.on(chain.get(20), 5, 9).get(4).header());
    store.begin(chain.get(FLOOR).header());
    reopen();
    assertEquals(List.of(new Gap(FLOOR, chain.get(FLOOR).id())), store.gaps());
    store.insert(chain.subList(FLOOR + 1, TIP + 1), false);
    assertThrows(IllegalStateException.class, () -> store.begin(chain.get(50).header()));
    assertRange(FLOOR);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldRefuseHeadersThatDoNotContinueTheRange(boolean isOnDisk) {
    beginAndFill(isOnDisk);
    List<BlockHeader> hole = newestFirst(FLOOR - 2, 30);
    assertThrows(IllegalStateException.class, () -> store.lower(hole));
    assertRange(FLOOR);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldRefuseToJoinAnotherGenesis(boolean isOnDisk) {
    Block other = TestBlocks.linked(0, chain.get(9).hash(), 1).get(0);
    open(isOnDisk, other);
    store.begin(chain.get(5).header());
    store.insert(chain.subList(6, 20), false);
    assertThrows(IllegalStateException.class, () -> store.lower(newestFirst(4, 1)));
    assertEquals(chain.get(5).id(), store.root());
  }

  private void fill(boolean isOnDisk) {
    open(isOnDisk, chain.get(0));
    store.insert(chain.subList(1, TIP + 1), false);
  }

  private void prune() {
    while (store.pruneMore()) {
      assertTrue(store.tip().number() > 0);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldMoveTheRootUpAndDeleteWhatLiesBelow(boolean isOnDisk) {
    fill(isOnDisk);
    long before = store.sizeBytes();
    store.raise(FLOOR);
    assertRange(FLOOR);
    prune();
    reopen();
    assertRange(FLOOR);
    for (int number = 1; number < FLOOR; number++) {
      assertEquals(Optional.empty(), store.header(chain.get(number).id()), "number " + number);
      assertEquals(Optional.empty(), store.rawBody(chain.get(number).id()));
    }
    for (int number = FLOOR; number <= TIP; number++) {
      assertEquals(Optional.of(chain.get(number)), store.block(chain.get(number).id()));
    }
    assertEquals(Optional.of(chain.get(FLOOR - 1).id()), store.belowRoot());
    assertEquals(List.of(), store.gaps());
    assertTrue(isOnDisk || store.sizeBytes() < before);
    assertThrows(IllegalStateException.class, () -> store.raise(FLOOR));
    assertThrows(IllegalStateException.class, () -> store.raise(TIP + 1));
    store.raise(TIP);
    prune();
    assertRange(TIP);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldGetBackWhatItHasDeleted(boolean isOnDisk) {
    fill(isOnDisk);
    store.raise(FLOOR);
    // Nothing is deleted yet.
    store.lower(newestFirst(FLOOR - 1, 30));
    assertEquals(List.of(new Gap(30, chain.get(FLOOR - 1).id())), store.gaps());
    assertRange(30);
    store.lower(newestFirst(29, 1));
    reopen();
    assertEquals(List.of(new Gap(1, chain.get(FLOOR - 1).id())), store.gaps());
    store.insert(chain.subList(1, FLOOR), false);
    while (store.sumMore()) {
      assertTrue(isOnDisk);
    }
    assertRange(0);
    BigInteger each = chain.get(0).header().difficulty();
    BigInteger total = each.multiply(BigInteger.valueOf(TIP + 1));
    assertEquals(Optional.of(total), store.totalDifficulty(chain.get(TIP).id()));
    store.raise(50);
    prune();
    reopen();
    assertRange(50);
    assertEquals(Optional.empty(), store.header(chain.get(20).id()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldDropTheBranchesThatStandBelowANewRoot(boolean isOnDisk) {
    fill(isOnDisk);
    List<Block> below = TestBlocks.on(chain.get(FLOOR - 3), 10, 7);
    List<Block> above = TestBlocks.on(chain.get(FLOOR), 10, 8);
    store.insert(below, false);
    store.insert(above, false);
    store.raise(FLOOR);
    for (Block block : below) {
      assertEquals(OptionalLong.empty(), store.known(block.hash()));
    }
    for (Block block : above) {
      assertEquals(OptionalLong.of(block.number()), store.known(block.hash()));
    }
    prune();
    reopen();
    assertRange(FLOOR);
    assertEquals(above.get(9).id(), store.insert(above, true));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldKeepTheGapsAboveANewRoot(boolean isOnDisk) {
    open(isOnDisk, chain.get(0));
    store.insert(chain.subList(1, 30), false);
    store.skip(chain.subList(30, 50).stream().map(Block::header).toList());
    store.insert(chain.subList(50, TIP + 1), false);
    store.raise(FLOOR);
    prune();
    reopen();
    assertEquals(List.of(new Gap(FLOOR, chain.get(49).id())), store.gaps());
    store.insert(chain.subList(FLOOR, 50), false);
    assertEquals(List.of(), store.gaps());
    assertRange(FLOOR);
  }
}
