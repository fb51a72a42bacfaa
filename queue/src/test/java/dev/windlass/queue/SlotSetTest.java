package dev.windlass.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotSetTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 64, 65, 4_096, 4_097, 65_536})
  void shouldHoldWhatABitSetHolds(int capacity) {
    SplittableRandom random = new SplittableRandom(capacity);
    SlotSet slots = new SlotSet(capacity);
    BitSet expected = new BitSet();
    for (int i = 0; i < 20_000; i++) {
      int slot = random.nextInt(capacity);
      boolean isIn = random.nextInt(3) == 0;
      slots.set(slot, isIn);
      expected.set(slot, isIn);
      int from = random.nextInt(capacity);
      assertEquals(expected.nextSetBit(from), slots.next(from));
      assertEquals(expected.get(from), slots.get(from));
      if (random.nextInt(5_000) == 0) {
        slots.clear();
        expected.clear();
      }
    }
  }
}
