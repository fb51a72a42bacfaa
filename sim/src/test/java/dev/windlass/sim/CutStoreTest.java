package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a power cut removes, and what it leaves. */
class CutStoreTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 60, Shape.EMPTY);
  private static final ChainMaker BRANCH = CHAIN.forkAt(10, 5, 20);

  private static List<Block> run(ChainMaker chain, long first, long last) {
    return LongStream.rangeClosed(first, last).mapToObj(chain::block).toList();
  }

  /** Twenty blocks that are on disk, then two branches of blocks that are not. */
  private static CutStore filled() {
    CutStore store = new CutStore(MemoryBlockStore::new, CHAIN.block(0));
    store.insert(run(CHAIN, 1, 20), false);
    store.sync();
    for (long number = 21; number <= 30; number++) {
      store.insert(run(CHAIN, number, number), false);
      store.insert(run(BRANCH, number - 10, number - 10), false);
    }
    return store;
  }

  @Test
  void shouldKeepWhatWasSyncedAndNothingWithoutItsAncestors() {
    long lost = 0;
    long branchesAbove = 0;
    for (int seed = 0; seed < 100; seed++) {
      CutStore store = filled();
      store.cut(new SplittableRandom(seed));
      lost += store.lost();
      long tip = store.tip().number();
      assertTrue(tip >= 20 && tip <= 30);
      for (ChainMaker chain : List.of(CHAIN, BRANCH)) {
        boolean isThere = true;
        for (long number = 1; number <= 30; number++) {
          boolean isKnown = store.known(chain.hashAt(number)).isPresent();
          assertTrue(isThere || !isKnown, "a block without its parent");
          isThere = isKnown;
        }
      }
      branchesAbove += store.known(BRANCH.hashAt(20)).isPresent() && tip < 30 ? 1 : 0;
    }
    assertTrue(lost > 0 && branchesAbove > 0, lost + " lost, " + branchesAbove + " branches kept");
  }

  @Test
  void shouldLoseNothingThatWasSynced() {
    CutStore store = filled();
    store.sync();
    store.cut(new SplittableRandom(1));
    assertEquals(30, store.tip().number());
    assertEquals(0, store.lost());
  }
}
