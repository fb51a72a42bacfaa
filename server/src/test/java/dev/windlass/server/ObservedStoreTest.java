package dev.windlass.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.store.DifficultyMark;
import dev.windlass.sim.ChainMaker;
import dev.windlass.store.MemoryBlockStore;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObservedStoreTest {
  private final ChainMaker chain = ChainMaker.of(1, 3, ChainMaker.Shape.SIGNED);
  private final List<BlockId> tips = new ArrayList<>();
  private final List<Reorg> reorgs = new ArrayList<>();
  private final List<Block> blocks = new ArrayList<>();
  private final ObservedStore store =
      new ObservedStore(new MemoryBlockStore(chain.block(0)), new Observer());

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

  @Test
  void shouldTellOnceHowFarAReorgGoes() {
    ChainMaker fork = chain.forkAt(1, 4, 3);
    store.insert(List.of(chain.block(1), chain.block(2), chain.block(3)), true);
    assertEquals(List.of(), reorgs);

    store.insert(List.of(fork.block(2), fork.block(3)), false);
    assertEquals(List.of(), reorgs, "it lies beside the chain");
    store.insert(List.of(fork.block(4)), true);

    Reorg reorg = new Reorg(chain.block(1).id(), chain.block(3).id(), fork.block(4).id());
    assertEquals(List.of(reorg), reorgs);
    assertEquals(2, reorg.left());
    assertEquals(3, reorg.came());
  }

  @Test
  void shouldTellOfAReorgToALowerHeadAndToHeadersAlone() {
    ChainMaker low = chain.forkAt(1, 4, 3);
    store.insert(List.of(chain.block(1), chain.block(2), chain.block(3)), true);
    store.insert(List.of(low.block(2)), true);
    store.skip(List.of(chain.header(2), chain.header(3)));

    assertEquals(
        List.of(
            new Reorg(chain.block(1).id(), chain.block(3).id(), low.block(2).id()),
            new Reorg(chain.block(1).id(), low.block(2).id(), chain.block(3).id())),
        reorgs);
  }

  private final class Observer implements InsertObserver {
    @Override
    public void inserted(List<Block> run, BlockId tip, long elapsedNanos) {
      blocks.addAll(run);
      tips.add(tip);
      assertTrue(elapsedNanos >= 0);
    }

    @Override
    public void reorganised(Reorg reorg) {
      reorgs.add(reorg);
    }
  }
}
