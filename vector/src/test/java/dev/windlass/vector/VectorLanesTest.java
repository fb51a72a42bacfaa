package dev.windlass.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.windlass.chain.keccak.KeccakBatch;
import dev.windlass.chain.keccak.KeccakLanes;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class VectorLanesTest {
  private final KeccakLanes vectors = new VectorLanes();

  @Test
  void shouldPermuteEachLaneAsPlainJavaDoes() {
    int lanes = vectors.count();
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 20_000; round++) {
      long[] states = random.longs((long) KeccakLanes.WORDS * lanes).toArray();
      long[][] expected = new long[lanes][KeccakLanes.WORDS];
      for (int i = 0; i < states.length; i++) {
        expected[i % lanes][i / lanes] = states[i];
      }
      vectors.permute(states, new long[states.length]);
      for (int lane = 0; lane < lanes; lane++) {
        KeccakBatch.scalar().permute(expected[lane], new long[KeccakLanes.WORDS]);
        for (int word = 0; word < KeccakLanes.WORDS; word++) {
          assertEquals(expected[lane][word], states[word * lanes + lane]);
        }
      }
    }
  }

  /** A million messages of 0 to 4 blocks, in batches of 0 to 511. */
  @Test
  void shouldHashAMillionMessagesAsPlainJavaDoes() {
    SplittableRandom random = new SplittableRandom(2);
    byte[] source = new byte[1 << 16];
    random.nextBytes(source);
    KeccakBatch batch = new KeccakBatch(vectors);
    KeccakBatch plain = new KeccakBatch(KeccakBatch.scalar());
    for (int hashed = 0; hashed < 1_000_000; ) {
      int count = random.nextInt(512);
      byte[] hashes = new byte[32 * count];
      byte[] expected = new byte[32 * count];
      for (int i = 0; i < count; i++) {
        int length = random.nextInt(4 * 136 + 2);
        int head = random.nextBoolean() ? 0 : random.nextInt(20);
        int at = random.nextInt(source.length - length);
        int headAt = random.nextInt(source.length - head);
        batch.add(source, at, length, hashes, 32 * i);
        batch.head(source, headAt, head);
        plain.add(source, at, length, expected, 32 * i);
        plain.head(source, headAt, head);
      }
      batch.run();
      plain.run();
      assertArrayEquals(expected, hashes);
      hashed += count;
    }
  }

  @Test
  void shouldOfferVectorsOfFourLongsOrMore() {
    assertEquals(vectors.count() >= 4, FastestLanes.available().isPresent());
  }

  @Test
  void shouldUseLanesOnlyIfTheyProveFaster() {
    KeccakLanes before = KeccakBatch.fastest();
    try {
      KeccakLanes slow = new Lanes(40);
      assertFalse(FastestLanes.useIfFaster(slow));
      assertEquals(before, KeccakBatch.fastest());

      KeccakLanes fast = new Lanes(0);
      assertTrue(FastestLanes.useIfFaster(fast));
      assertEquals(fast, KeccakBatch.fastest());
    } finally {
      KeccakBatch.use(before);
    }
  }

  @Test
  void shouldTryVectorsOnceWhenMuchHasBeenHashed() {
    assumeTrue(FastestLanes.available().isPresent());
    List<Runnable> trials = new ArrayList<>();
    FastestLanes.start(trials::add);

    hash(1_000);
    assertEquals(0, trials.size());
    hash(1_000_000);
    assertEquals(1, trials.size());
  }

  private static void hash(int messages) {
    byte[] hash = new byte[32];
    KeccakBatch batch = new KeccakBatch();
    for (int i = 1; i <= messages; i++) {
      batch.add(hash, 0, 1, hash, 0);
      if (i % 500 == 0) {
        batch.run();
      }
    }
  }

  /** Eight lanes that take as long as so many states. */
  private record Lanes(int states) implements KeccakLanes {
    @Override
    public int count() {
      return 8;
    }

    @Override
    public void begin(long[] all, int lane, byte[] block, int at) {}

    @Override
    public void mix(long[] all, int lane, byte[] block, int at) {}

    @Override
    public void permute(long[] all, long[] spare) {
      for (int i = 0; i < states; i++) {
        KeccakBatch.scalar().permute(all, spare);
      }
    }
  }
}
