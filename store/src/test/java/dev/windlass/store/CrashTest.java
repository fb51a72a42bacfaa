package dev.windlass.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.chain.store.Link;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.chain.store.Segment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process is killed while it writes. Every step that it has printed must be there, and whole. */
final class CrashTest {
  private static final StoreLimits SMALL_REMOVALS =
      new StoreLimits(1 << 20, 8 << 20, 4096, Duration.ofHours(1), 1, 8L << 20);

  @TempDir Path folder;

  /** Writes until it is killed, and prints each step that it has done. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) {
      Path dataPath = Path.of(arguments[0]);
      LevelDbBlockStore store =
          LevelDbBlockStore.open(dataPath, TestBlocks.genesis(), SMALL_REMOVALS);
      int finalBlocks = Integer.parseInt(arguments[1]);
      store.blocks().bodies().finalBlocks(finalBlocks);
      WritingScript script = new WritingScript(store);
      for (int step = 0; ; step++) {
        script.step(step);
        store.sealMore();
        System.out.println(step);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void shouldKeepEveryFinishedWriteWhenTheProcessIsKilled(long seed) throws Exception {
    int killAfter = 1 + new Random(seed * 7919).nextInt(400);
    int done = 0;
    // Bodies stay in the database, move to their files, or go straight there.
    String finalBlocks = List.of("1000000", "30", "-1000000").get((int) (seed % 3));
    try (ChildProcess child = new ChildProcess(Writer.class, folder.toString(), finalBlocks)) {
      for (String line = child.line(); line != null; line = child.line()) {
        assertEquals(String.valueOf(done), line);
        if (++done == killAfter) {
          child.kill();
        }
      }
    }
    assertTrue(done >= killAfter, "it ended before it was killed");

    try (LevelDbBlockStore store = LevelDbBlockStore.open(folder)) {
      VerifyReport report = new StoreVerifier(store, checked -> {}).verify();
      assertEquals(List.of(), report.problems());
      List<Object> kept = state(store);
      // The process may have done the next step, but not yet printed it.
      List<Object> expected = stateAfter(done);
      assertEquals(kept.equals(expected) ? expected : stateAfter(done + 1), kept);
      WritingScript.sweep(store);
      assertEquals(kept, state(store));
      assertEquals(List.of(), new StoreVerifier(store, checked -> {}).verify().problems());
    }
  }

  private static List<Object> stateAfter(int steps) {
    try (MemoryBlockStore memory = new MemoryBlockStore(TestBlocks.genesis())) {
      WritingScript script = new WritingScript(memory);
      for (int step = 0; step < steps; step++) {
        script.step(step);
      }
      return state(memory);
    }
  }

  /** All content of a store. */
  private static List<Object> state(BlockStore store) {
    List<Object> state = new ArrayList<>();
    state.add(store.tip());
    state.add(List.copyOf(store.bans().entrySet()));
    for (PeerBan ban : store.peerBans()) {
      state.add(ban);
      state.add(store.banEvidence(ban.peer()).map(HexFormat.of()::formatHex));
    }
    state.add(store.peerScores());
    for (long number = store.root().number(); number <= store.tip().number(); number++) {
      Hash hash = store.canonicalHash(number).orElseThrow();
      state.add(store.block(new BlockId(number, hash)).orElseThrow());
    }
    for (Segment segment : store.segments()) {
      state.add(segment);
      long lowest = segment.isNumbered() ? segment.anchorNumber() - segment.length() + 1 : 1;
      List<Link> links = store.links(segment, segment.length() - 1, lowest, (int) segment.length());
      assertEquals(segment.length(), links.size());
      state.addAll(links);
    }
    return state;
  }
}
