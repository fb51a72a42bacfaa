package dev.windlass.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.store.BlockStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process is killed while the range of its store begins, grows, and moves down. */
final class FloorCrashTest {
  private static final int FLOOR = 401;
  private static final int TIP = 600;
  private static final int PIECE = 40;

  @TempDir Path folder;

  /** One step at a time: the beginning, then runs, then headers below and their bodies in turn. */
  static final class Script {
    private static final int RUNS = (TIP - FLOOR) / PIECE + 1;
    private static final int PIECES = (FLOOR - 1) / PIECE;
    static final int STEPS = 2 + RUNS + 2 * PIECES;

    private final List<Block> chain = TestBlocks.chainWithBodies(TIP);
    private final BlockStore store;

    Script(BlockStore store) {
      this.store = store;
    }

    void step(int step) {
      if (step == 0) {
        store.begin(chain.get(FLOOR).header());
      } else if (step <= RUNS) {
        int from = FLOOR + 1 + (step - 1) * PIECE;
        store.insert(chain.subList(from, Math.min(TIP + 1, from + PIECE)), false);
      } else if (step == RUNS + 1) {
        store.insert(chain.subList(FLOOR, FLOOR + 1), false);
      } else {
        int piece = (step - RUNS - 2) / 2;
        int to = FLOOR - piece * PIECE;
        List<Block> below = chain.subList(to - PIECE, to);
        if ((step - RUNS) % 2 == 0) {
          store.lower(TestBlocks.headersNewestFirst(below));
        } else {
          store.insert(below, false);
        }
      }
    }
  }

  /** Writes until it is killed, and prints each step that it has done. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) throws Exception {
      LevelDbBlockStore store =
          LevelDbBlockStore.open(Path.of(arguments[0]), TestBlocks.chainWithBodies(0).get(0));
      Script script = new Script(store);
      for (int step = 0; step < Script.STEPS; step++) {
        script.step(step);
        store.sealMore();
        System.out.println(step);
      }
      System.in.read();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void shouldKeepEveryFinishedWriteWhenTheProcessIsKilled(long seed) throws Exception {
    int killAfter = 1 + new Random(seed * 7919).nextInt(Script.STEPS);
    int done = 0;
    try (ChildProcess child = new ChildProcess(Writer.class, folder.toString())) {
      for (String line = child.line(); line != null; line = child.line()) {
        assertEquals(String.valueOf(done), line);
        if (++done == killAfter) {
          child.kill();
        }
      }
    }
    assertTrue(done >= killAfter, "it ended before it was killed");
    try (LevelDbBlockStore store = LevelDbBlockStore.open(folder)) {
      assertEquals(List.of(), new StoreVerifier(store, checked -> {}).verify().problems());
      List<Object> kept = state(store);
      // The process may have done the next step, but not yet printed it.
      boolean isExact = kept.equals(stateAfter(done)) || done == Script.STEPS;
      assertEquals(isExact ? stateAfter(done) : stateAfter(done + 1), kept);
      finish(store, isExact ? done : done + 1);
    }
  }

  /** Another process goes on to the end. */
  private static void finish(LevelDbBlockStore store, int from) {
    Script script = new Script(store);
    for (int step = from; step < Script.STEPS; step++) {
      script.step(step);
    }
    assertEquals(List.of(), store.gaps());
    assertEquals(store.genesis(), store.root());
    VerifyReport report = new StoreVerifier(store, checked -> {}).verify();
    assertEquals(List.of(), report.problems());
    assertEquals(TIP + 1, report.blocks());
  }

  private static List<Object> stateAfter(int steps) {
    try (MemoryBlockStore memory = new MemoryBlockStore(TestBlocks.chainWithBodies(0).get(0))) {
      Script script = new Script(memory);
      for (int step = 0; step < steps; step++) {
        script.step(step);
      }
      return state(memory);
    }
  }

  private static List<Object> state(BlockStore store) {
    List<Object> state =
        new ArrayList<>(List.of(store.genesis(), store.root(), store.belowRoot(), store.tip()));
    state.addAll(store.gaps());
    for (long number = store.root().number(); number <= store.tip().number(); number++) {
      Hash hash = store.canonicalHash(number).orElseThrow();
      BlockId id = new BlockId(number, hash);
      state.add(store.header(id).orElseThrow().hash());
      state.add(store.block(id));
    }
    return state;
  }
}
