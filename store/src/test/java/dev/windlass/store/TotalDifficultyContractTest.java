package dev.windlass.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlock;
import dev.windlass.chain.TestBlocks;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every block store for total difficulties, and for the choice of a branch. */
class TotalDifficultyContractTest extends StoreContract {
  private static final long USUAL = 131_072;

  private void assertTotal(long total, Block block) {
    assertEquals(
        Optional.of(BigInteger.valueOf(total)), store.totalDifficulty(block.id()), block::toString);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldSumTheDifficultiesFromTheRootUpToEachStoredBlock(boolean isOnDisk) {
    open(isOnDisk);
    List<Block> chain = new ArrayList<>(List.of(ROOT));
    for (int n = 1; n <= 100; n++) {
      chain.addAll(TestBlocks.on(chain.get(n - 1), 1, 1, 1_000 + n));
    }
    for (int from = 1; from <= 100; from += 7) {
      store.insert(chain.subList(from, Math.min(101, from + 7)), false);
    }
    List<Block> branch = TestBlocks.on(chain.get(50), 40, 2, 3);
    store.insert(branch, false);
    reopen();
    long total = USUAL;
    assertTotal(total, ROOT);
    for (int n = 1; n <= 100; n++) {
      total += 1_000 + n;
      assertTotal(total, chain.get(n));
    }
    assertEquals(BigInteger.valueOf(total), store.summedDifficulty());
    assertEquals(chain.get(100).id(), store.tip());
    long below = USUAL + 50 * 1_000 + 50 * 51 / 2;
    for (int i = 0; i < 40; i++) {
      assertTotal(below + 3L * (i + 1), branch.get(i));
    }
    assertEquals(
        Optional.empty(), store.totalDifficulty(new BlockId(7, chain.get(8).hash())), "no block");
    assertFalse(store.sumMore());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldSumFromAFloorOn(boolean isOnDisk) {
    Block floor = new TestBlock().parent(Hash.ZERO).number(1_000_003).difficulty(9).block();
    open(isOnDisk, floor);
    List<Block> blocks = TestBlocks.on(floor, 40, 1, 2);
    store.insert(blocks, false);
    assertTotal(9, floor);
    assertTotal(9 + 80, blocks.get(39));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldSumTheHeadersOfAGap(boolean isOnDisk) {
    open(isOnDisk);
    List<Block> blocks = TestBlocks.on(ROOT, 100, 1, 5);
    List<BlockHeader> headers = blocks.stream().map(Block::header).toList();
    store.skip(headers.subList(0, 30));
    store.skip(headers.subList(30, 60));
    store.insert(blocks.subList(60, 100), false);
    reopen();
    assertTotal(USUAL + 5 * 45, blocks.get(44));
    assertTotal(USUAL + 5 * 100, blocks.get(99));
    store.insert(blocks.subList(20, 30), false);
    assertTotal(USUAL + 5 * 25, blocks.get(24));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldSumDifficultiesOfThirtyTwoBytes(boolean isOnDisk) {
    open(isOnDisk);
    List<Block> blocks = TestBlocks.on(ROOT, 40, 1, Long.MAX_VALUE);
    store.insert(blocks, false);
    reopen();
    BigInteger total =
        BigInteger.valueOf(Long.MAX_VALUE)
            .multiply(BigInteger.valueOf(40))
            .add(BigInteger.valueOf(USUAL));
    assertEquals(Optional.of(total), store.totalDifficulty(blocks.get(39).id()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldKeepTheFirstOfTwoBranchesOfEqualTotalDifficulty(boolean isOnDisk) {
    open(isOnDisk);
    List<Block> first = TestBlocks.on(ROOT, 3, 1, 20);
    List<Block> second = TestBlocks.on(ROOT, 6, 2, 10);
    store.insert(first, false);
    assertEquals(first.get(2).id(), store.insert(second, false), "higher, and not heavier");
    reopen();
    assertEquals(first.get(2).id(), store.tip());
    assertVerified();
    List<Block> more = TestBlocks.on(second.get(5), 1, 2, 1);
    assertEquals(more.get(0).id(), store.insert(more, false));
    assertEquals(first.get(2).id(), store.insert(first, true), "the caller may decide otherwise");
    assertVerified();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldTakeALowerBranchWhenItIsHeavier(boolean isOnDisk) {
    open(isOnDisk);
    List<Block> light = TestBlocks.on(ROOT, 60, 1, 10);
    List<Block> heavy = TestBlocks.on(light.get(9), 20, 2, 26);
    store.insert(light, false);
    assertEquals(light.get(59).id(), store.insert(heavy.subList(0, 19), false));
    assertEquals(heavy.get(19).id(), store.insert(heavy.subList(19, 20), false));
    assertEquals(Optional.empty(), store.canonicalHash(31));
    reopen();
    assertEquals(heavy.get(19).id(), store.tip());
    assertVerified();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldTakeTheHigherBranchWhenAHeadHasNoDifficulty(boolean isOnDisk) {
    open(isOnDisk);
    List<Block> proofOfWork = TestBlocks.on(ROOT, 3, 1, 1_000);
    List<Block> merged = TestBlocks.on(ROOT, 4, 2, 0);
    List<Block> other = TestBlocks.on(ROOT, 5, 3, 0);
    store.insert(proofOfWork, false);
    assertEquals(proofOfWork.get(2).id(), store.insert(merged.subList(0, 3), false));
    assertEquals(merged.get(3).id(), store.insert(merged.subList(3, 4), false));
    assertEquals(merged.get(3).id(), store.insert(other.subList(0, 4), false));
    assertEquals(other.get(4).id(), store.insert(other.subList(4, 5), false));
    assertTotal(USUAL, other.get(4));
  }

  /**
   * btcd's TestProcessBlockHeader: a branch lies beside the chain while it is lighter, overtakes it
   * with its first heavier block, and is not overtaken by an equal one.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldTakeABranchThatOvertakesAndNotGoBack(boolean isOnDisk) {
    open(isOnDisk);
    List<Block> first = TestBlocks.on(ROOT, 4, 1, 10);
    List<Block> second = TestBlocks.on(first.get(0), 4, 2, 10);
    List<Block> third = TestBlocks.on(first.get(1), 2, 3, 10);
    assertEquals(first.get(2).id(), store.insert(first.subList(0, 3), false));
    BlockId before = store.tip();
    assertThrows(
        RuntimeException.class, () -> store.insert(second.subList(1, 2), false), "no parent");
    assertEquals(before, store.tip());

    assertEquals(before, store.insert(second.subList(0, 1), false), "lighter");
    assertEquals(before, store.insert(second.subList(1, 2), false), "equal");
    assertEquals(second.get(2).id(), store.insert(second.subList(2, 3), false), "heavier");
    assertEquals(Optional.of(second.get(0).hash()), store.canonicalHash(2));
    assertEquals(second.get(2).id(), store.insert(first.subList(3, 4), false), "equal again");
    assertEquals(second.get(2).id(), store.insert(third, false), "another branch, equal too");
    reopen();
    assertEquals(second.get(2).id(), store.tip());
    assertEquals(second.get(3).id(), store.insert(second.subList(3, 4), false));
    assertVerified();
  }

  private void sumAll() {
    boolean isMore = true;
    while (isMore) {
      isMore = store.sumMore();
    }
  }

  /** As a version of Windlass left it that stored no total difficulties. */
  private void forgetTotals() {
    Database database = ((LevelDbBlockStore) store).database();
    Batch batch = new Batch();
    database.visit(
        Columns.start(Columns.TOTALS),
        Columns.start(Columns.TOTALS + 1),
        (key, value) -> batch.delete(key));
    assertTrue(batch.size() > 0);
    database.write(batch);
    reopen();
  }

  @Test
  void shouldSumTheBlocksOfAnOlderVersionInParts() {
    open(true);
    List<Block> blocks = TestBlocks.on(ROOT, 5_000, 1, 7);
    store.insert(blocks, false);
    forgetTotals();
    assertEquals(Optional.empty(), store.totalDifficulty(store.tip()));
    assertEquals(BigInteger.valueOf(USUAL), store.summedDifficulty());

    assertTrue(store.sumMore());
    BigInteger part = store.summedDifficulty();
    assertEquals(BigInteger.valueOf(USUAL + 7L * TotalsFill.HEADERS_MAX), part);
    List<Block> more = TestBlocks.on(blocks.get(4_999), 300, 1, 7);
    store.insert(more, false);
    reopen();
    long again = part.subtract(store.summedDifficulty()).longValueExact();
    assertTrue(again < 7 * Totals.NUMBERS_APART, "it goes on from there");
    sumAll();

    assertEquals(BigInteger.valueOf(USUAL + 7 * 5_300), store.summedDifficulty());
    assertTotal(USUAL + 7 * 5_300, more.get(299));
    assertTotal(USUAL + 7 * 2_000, blocks.get(1_999));
    store.insert(TestBlocks.on(more.get(299), 20, 1, 7), false);
    assertEquals(BigInteger.valueOf(USUAL + 7 * 5_320), store.summedDifficulty());
  }

  @Test
  void shouldSumTheBranchThatAReorgChoseMeanwhile() {
    open(true);
    List<Block> blocks = TestBlocks.on(ROOT, 3_000, 1, 7);
    store.insert(blocks, false);
    forgetTotals();
    assertTrue(store.sumMore());
    List<Block> branch = TestBlocks.on(blocks.get(999), 2_500, 2, 8);
    store.insert(branch, true);
    sumAll();
    assertTotal(USUAL + 7 * 1_000 + 8 * 2_500, branch.get(2_499));
    assertEquals(BigInteger.valueOf(USUAL + 7 * 1_000 + 8 * 2_500), store.summedDifficulty());
  }

  @Test
  void shouldChooseABranchByTheBlocksAboveTheForkWhenTheSumsAreMissing() {
    open(true);
    List<Block> light = TestBlocks.on(ROOT, 1_000, 1, 10);
    List<Block> heavy = TestBlocks.on(light.get(599), 200, 2, 20);
    store.insert(light, false);
    store.insert(heavy.subList(0, 100), false);
    forgetTotals();
    assertEquals(light.get(999).id(), store.insert(heavy.subList(100, 200), false), "equal");
    List<Block> more = TestBlocks.on(heavy.get(199), 1, 2, 1);
    assertEquals(more.get(0).id(), store.insert(more, false));
  }
}
