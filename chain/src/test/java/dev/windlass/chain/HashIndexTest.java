package dev.windlass.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class HashIndexTest {
  private static Hash hash(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return Hash.ofLongs(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }

  @Test
  void shouldFindEveryHashWhenGrownFarBeyondWhatWasExpected() {
    for (HashIndex index : List.of(HashIndex.onHeap(0), HashIndex.offHeap(3))) {
      for (int i = 0; i < 5000; i++) {
        index.add(hash(i));
      }
      assertEquals(5000, index.size());
      for (int i = 0; i < 5000; i++) {
        assertEquals(hash(i), index.hash(i));
        assertEquals(OptionalInt.of(i), index.find(hash(i)));
        assertEquals(OptionalInt.empty(), index.find(hash(5000 + i)));
      }
      assertThrows(IndexOutOfBoundsException.class, () -> index.hash(5000));
    }
  }

  @Test
  void shouldTellApartHashesThatBeginAlike() {
    // All meet in one slot: the second, and the last, from which the search goes around.
    for (long firstLong : new long[] {1, -1}) {
      HashIndex index = HashIndex.onHeap(4);
      for (int i = 0; i < 200; i++) {
        index.add(Hash.ofLongs(firstLong, 2, 3, i));
      }
      for (int i = 0; i < 200; i++) {
        assertEquals(OptionalInt.of(i), index.find(Hash.ofLongs(firstLong, 2, 3, i)));
      }
    }
  }

  @Test
  void shouldTellTheFirstPositionWhenAHashComesTwice() {
    HashIndex index = HashIndex.onHeap(2);
    index.add(hash(1));
    index.add(hash(2));
    index.add(hash(1));
    assertEquals(OptionalInt.of(0), index.find(hash(1)));
    assertEquals(hash(1), index.hash(2));
  }

  @Test
  void shouldBeTheSameAfterItWasKept() {
    HashIndex index = HashIndex.offHeap(3);
    for (int i = 0; i < 1000; i++) {
      index.add(hash(i));
    }
    HashIndex kept = HashIndex.of(index.hashBytes(), index.slotBytes());
    assertEquals(1000, kept.size());
    for (int i = 0; i < 1000; i++) {
      assertEquals(hash(i), kept.hash(i));
      assertEquals(OptionalInt.of(i), kept.find(hash(i)));
      assertEquals(OptionalInt.empty(), kept.find(hash(1000 + i)));
    }
    assertThrows(IndexOutOfBoundsException.class, () -> kept.hash(1000));
    ByteBuffer hashes = index.hashBytes();
    ByteBuffer slots = index.slotBytes();
    assertThrows(
        IllegalArgumentException.class, () -> HashIndex.of(hashes.slice(0, 33), slots), "a part");
    assertThrows(
        IllegalArgumentException.class, () -> HashIndex.of(hashes, slots.slice(0, 12)), "too few");
  }
}
