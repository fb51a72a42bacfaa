package dev.windlass.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockStore;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.store.StoredChain;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TotalDifficultyTest {
  private static final int HEAD = TotalDifficulty.HEADERS_PER_STEP_MAX + 700;
  private static final ChainMaker CHAIN = ChainMaker.of(7, HEAD, Shape.EMPTY);

  private final BlockStore store = new MemoryBlockStore(CHAIN.block(0));
  private final TotalDifficulty difficulty = new TotalDifficulty(new StoredChain(store));

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
    assertEquals(sum(CHAIN, 0), difficulty.get());
    insert(CHAIN, 1, HEAD);
    difficulty.advance();
    assertEquals(sum(CHAIN, TotalDifficulty.HEADERS_PER_STEP_MAX), difficulty.get());
    difficulty.advance();
    assertEquals(sum(CHAIN, HEAD), difficulty.get());
    difficulty.advance();
    assertEquals(sum(CHAIN, HEAD), difficulty.get());
  }

  @Test
  void shouldGoBackToTheForkWhenTheChainIsReorganised() {
    insert(CHAIN, 1, 400);
    difficulty.advance();
    ChainMaker near = CHAIN.forkAt(350, 8, 60);
    insert(near, 351, near.head().number());
    difficulty.advance();
    assertEquals(sum(near, near.head().number()), difficulty.get());
    ChainMaker deep = CHAIN.forkAt(10, 9, 600);
    insert(deep, 11, deep.head().number());
    difficulty.advance();
    assertEquals(sum(deep, deep.head().number()), difficulty.get());
  }

  @Test
  void shouldBeTheSumFromTheLowestBlockWhenThereIsNoGenesis() {
    BlockStore upper = new MemoryBlockStore(CHAIN.block(100));
    TotalDifficulty part = new TotalDifficulty(new StoredChain(upper));
    part.advance();
    assertEquals(CHAIN.header(100).difficulty(), part.get());
  }
}
