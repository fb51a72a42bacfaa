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
    // All hashes share one slot: the second, or the last, from which the search wraps around.
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

  private static OptionalInt findKept(HashIndex index, ByteBuffer slots, Hash hash) {
    return HashIndex.find(
        hash,
        slots.capacity() / Integer.BYTES,
        slot -> slots.getInt(slot * Integer.BYTES),
        position -> index.hash(position).equals(hash));
  }

  @Test
  void shouldFindWhatWasKept() {
    HashIndex index = HashIndex.offHeap(3);
    for (int i = 0; i < 1000; i++) {
      index.add(hash(i));
    }
    ByteBuffer slots = index.slotBytes();
    assertEquals(1000 * Hash.BYTES, index.hashBytes().capacity());
    for (int i = 0; i < 1000; i++) {
      assertEquals(OptionalInt.of(i), findKept(index, slots, hash(i)));
      assertEquals(OptionalInt.empty(), findKept(index, slots, hash(1000 + i)));
    }
  }

  /** A table that was changed after it was stored may have no free slot. */
  @Test
  void shouldEndWhereNoSlotIsFree() {
    assertEquals(
        OptionalInt.empty(), HashIndex.find(hash(1), 8, slot -> slot + 1, position -> false));
  }
}
