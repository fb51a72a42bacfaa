package dev.windlass.p2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.chain.store.DifficultyMark;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.store.StoredChain;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TotalDifficultyTest {
  private static final int HEAD = TotalDifficulty.HEADERS_PER_STEP_MAX + 700;
  private static final ChainMaker CHAIN = ChainMaker.of(7, HEAD, Shape.EMPTY);

  private final BlockStore store = new MemoryBlockStore(CHAIN.block(0));
  private final TotalDifficulty difficulty = new TotalDifficulty(store, new StoredChain(store));

  private void insert(ChainMaker chain, long first, long last) {
    List<Block> run = new ArrayList<>();
    for (long number = first; number <= last; number++) {
      run.add(chain.block(number));
    }
    store.insert(run, true);
  }

  private static BigInteger sum(ChainMaker chain, long head) {
    BigInteger sum = BigInteger.ZERO;
    for (long number = 0; number <= head; number++) {
      sum = sum.add(chain.header(number).difficulty());
    }
    return sum;
  }

  @Test
  void shouldSumWhatIsStoredStepByStep() {
    difficulty.advance();
    assertEquals(sum(CHAIN, 0), difficulty.apply(store.tip()));
    insert(CHAIN, 1, HEAD);
    difficulty.advance();
    assertEquals(sum(CHAIN, TotalDifficulty.HEADERS_PER_STEP_MAX), difficulty.apply(store.tip()));
    difficulty.advance();
    assertEquals(sum(CHAIN, HEAD), difficulty.apply(store.tip()));
    difficulty.advance();
    assertEquals(sum(CHAIN, HEAD), difficulty.apply(store.tip()));
  }

  @Test
  void shouldGoBackToTheForkWhenTheChainIsReorganised() {
    insert(CHAIN, 1, 400);
    difficulty.advance();
    ChainMaker near = CHAIN.forkAt(350, 8, 60);
    insert(near, 351, near.head().number());
    difficulty.advance();
    assertEquals(sum(near, near.head().number()), difficulty.apply(store.tip()));
    ChainMaker deep = CHAIN.forkAt(10, 9, 600);
    insert(deep, 11, deep.head().number());
    difficulty.advance();
    assertEquals(sum(deep, deep.head().number()), difficulty.apply(store.tip()));
  }

  /** For up to a second it was that of the branch that had been left. */
  @Test
  void shouldBeThatOfAnAncestorUntilTheNewBranchIsSummed() {
    insert(CHAIN, 1, 400);
    difficulty.advance();
    ChainMaker near = CHAIN.forkAt(350, 8, 60);
    insert(near, 351, near.head().number());
    assertEquals(sum(CHAIN, 350), difficulty.apply(store.tip()));

    difficulty.advance();
    ChainMaker deep = CHAIN.forkAt(10, 9, 600);
    insert(deep, 11, deep.head().number());
    assertEquals(BigInteger.ZERO, difficulty.apply(store.tip()), "no mark is so far below");
    difficulty.advance();
    assertEquals(sum(deep, deep.head().number()), difficulty.apply(store.tip()));
  }

  @Test
  void shouldBeTheSumFromTheLowestBlockWhenThereIsNoGenesis() {
    BlockStore upper = new MemoryBlockStore(CHAIN.block(100));
    TotalDifficulty part = new TotalDifficulty(upper, new StoredChain(upper));
    part.advance();
    assertEquals(CHAIN.header(100).difficulty(), part.apply(upper.tip()));
  }

  private static List<DifficultyMark> marksAt(long... numbers) {
    List<DifficultyMark> marks = new ArrayList<>();
    for (long number : numbers) {
      BlockId block = new BlockId(number, Hash.ZERO);
      marks.add(new DifficultyMark(block, BigInteger.valueOf(number)));
    }
    return marks;
  }

  @Test
  void shouldReadAtMostAMarksDistanceWhenItIsStartedAgain() {
    insert(CHAIN, 1, HEAD);
    difficulty.advance();
    difficulty.advance();

    TotalDifficulty again = new TotalDifficulty(store, new StoredChain(store));
    long read = again.advance();

    assertEquals(sum(CHAIN, HEAD), again.apply(store.tip()));
    assertTrue(read < TotalDifficulty.BLOCKS_BETWEEN_MARKS, read + " headers were read");
  }

  @Test
  void shouldGoBackToAMarkBelowTheForkWhenItIsStartedAfterAReorg() {
    for (long number = 1; number <= 20_000; number += 400) {
      insert(CHAIN, number, number + 399);
      difficulty.advance();
    }
    ChainMaker fork = CHAIN.forkAt(18_000, 8, 2_100);
    insert(fork, 18_001, fork.head().number());

    TotalDifficulty again = new TotalDifficulty(store, new StoredChain(store));
    long read = again.advance();

    assertEquals(sum(fork, fork.head().number()), again.apply(store.tip()));
    assertTrue(read < 4 * 2_000 + 2_100, read + " headers were read");
  }

  @Test
  void shouldSumAgainFromTheLowestBlockWhenNoMarkIsOfTheChain() {
    ChainMaker other = ChainMaker.of(11, 400, Shape.EMPTY);
    insert(CHAIN, 1, 400);
    store.putDifficultyMarks(
        List.of(new DifficultyMark(other.head(), BigInteger.valueOf(1_000_000))));

    difficulty.advance();

    assertEquals(sum(CHAIN, 400), difficulty.apply(store.tip()));
  }

  @Test
  void shouldKeepFewMarksOfALongChain() {
    List<DifficultyMark> marks = marksAt(256);
    for (long number = 512; number <= 10_000_000; number += 256) {
      marks = new ArrayList<>(marks);
      marks.addAll(marksAt(number));
      marks = TotalDifficulty.thinned(marks);
      assertTrue(marks.size() <= 24, marks.size() + " marks at " + number);
    }
    long newest = marks.get(marks.size() - 1).block().number();
    for (int i = 0; i < marks.size() - 2; i++) {
      long younger = newest - marks.get(i + 2).block().number();
      long older = newest - marks.get(i).block().number();
      assertTrue(older >= 4 * younger, "marks at " + older + " and " + younger + " below");
    }
  }

  @Test
  void shouldFindAMarkNotFarBelowAnyBlock() {
    List<DifficultyMark> marks = marksAt(256);
    for (long number = 512; number <= 1_000_000; number += 256) {
      marks = new ArrayList<>(marks);
      marks.addAll(marksAt(number));
      marks = TotalDifficulty.thinned(marks);
    }
    long newest = marks.get(marks.size() - 1).block().number();
    for (long depth = 256; depth < newest - 256; depth += 256) {
      long wanted = newest - depth;
      long found =
          marks.stream()
              .mapToLong(m -> m.block().number())
              .filter(n -> n <= wanted)
              .max()
              .orElse(0);
      assertTrue(newest - found <= 4 * depth + 256, "a reorg of " + depth + " goes to " + found);
    }
  }

  @Test
  void shouldSumTheHeadersOfALongGapToo() {
    List<BlockHeader> headers = new ArrayList<>();
    for (long number = 1; number < HEAD; number++) {
      headers.add(CHAIN.header(number));
    }
    store.skip(headers);
    insert(CHAIN, HEAD, HEAD);
    difficulty.advance();
    difficulty.advance();

    assertEquals(sum(CHAIN, HEAD), difficulty.apply(store.tip()));
  }

  @Test
  void shouldKnowTheSumOfEachOfTheNewestBlocks() {
    insert(CHAIN, 1, 400);
    difficulty.advance();

    assertEquals(Optional.of(sum(CHAIN, 390)), difficulty.of(new BlockId(390, CHAIN.hashAt(390))));
    assertEquals(Optional.empty(), difficulty.of(new BlockId(10, CHAIN.hashAt(10))));
    assertEquals(Optional.empty(), difficulty.of(new BlockId(390, CHAIN.hashAt(391))));
  }
}
