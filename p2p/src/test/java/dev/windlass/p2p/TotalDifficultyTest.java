package dev.windlass.p2p;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.store.MemoryBlockStore;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TotalDifficultyTest {
  private static final Block ROOT = TestBlocks.genesis();
  private static final BigInteger ROOTS = ROOT.header().difficulty();

  private final BlockStore store = new MemoryBlockStore(ROOT);
  private final TotalDifficulty difficulty = new TotalDifficulty(store);

  @Test
  void shouldReportTheTotalDifficultyOfTheHeadAtOnce() {
    assertEquals(ROOTS, difficulty.apply(store.tip()));
    List<Block> blocks = TestBlocks.on(ROOT, 400, 1, 10);
    store.insert(blocks, false);
    assertEquals(ROOTS.add(BigInteger.valueOf(4_000)), difficulty.apply(store.tip()));
    List<Block> branch = TestBlocks.on(blocks.get(9), 100, 2, 100);
    store.insert(branch, false);
    assertEquals(ROOTS.add(BigInteger.valueOf(10_100)), difficulty.apply(store.tip()));
    assertEquals(
        Optional.of(ROOTS.add(BigInteger.valueOf(100))), difficulty.of(blocks.get(9).id()));
    assertEquals(Optional.empty(), difficulty.of(new BlockId(9, blocks.get(9).hash())));
  }

  /** A head that is not summed yet, or that a reorg has taken away. */
  @Test
  void shouldReportWhatIsSummedWhenTheHeadIsNot() {
    store.insert(TestBlocks.on(ROOT, 3, 1, 10), false);
    BlockId unknown = TestBlocks.on(ROOT, 4, 2).get(3).id();
    assertEquals(ROOTS.add(BigInteger.valueOf(30)), difficulty.apply(unknown));
  }
}
