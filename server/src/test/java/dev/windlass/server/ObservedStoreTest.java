package dev.windlass.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.DifficultyMark;
import dev.windlass.sim.ChainMaker;
import dev.windlass.store.MemoryBlockStore;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObservedStoreTest {
  private final ChainMaker chain = ChainMaker.of(1, 3, ChainMaker.Shape.SIGNED);
  private final List<BlockId> tips = new ArrayList<>();
  private final List<Block> blocks = new ArrayList<>();
  private final ObservedStore store =
      new ObservedStore(new MemoryBlockStore(chain.block(0)), this::inserted);

  @Test
  void shouldTellOfARunOnceItIsWritten() {
    List<Block> run = List.of(chain.block(1), chain.block(2));

    BlockId tip = store.insert(run, true);

    assertEquals(chain.block(2).id(), tip);
    assertEquals(List.of(tip), tips);
    assertEquals(run, blocks);
    assertEquals(tip, store.tip());
    assertEquals(chain.block(2), store.block(tip).orElseThrow());
  }

  @Test
  void shouldHandTheDifficultyMarksThrough() {
    List<DifficultyMark> marks = List.of(new DifficultyMark(chain.genesis(), BigInteger.TEN));
    store.putDifficultyMarks(marks);
    assertEquals(marks, store.difficultyMarks());
  }

  @Test
  void shouldTellNothingWhenTheInsertFails() {
    assertThrows(RuntimeException.class, () -> store.insert(List.of(chain.block(3)), true));

    assertTrue(tips.isEmpty());
  }

  private void inserted(List<Block> run, BlockId tip, long elapsedNanos) {
    blocks.addAll(run);
    tips.add(tip);
    assertTrue(elapsedNanos >= 0);
  }
}
