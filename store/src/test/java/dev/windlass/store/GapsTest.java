package dev.windlass.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GapsTest {
  @Test
  void shouldJoinWhatTouches() {
    Gaps gaps = Gaps.NONE.with(10, 19).with(30, 39);
    assertEquals(Map.of(10L, 19L, 30L, 39L), gaps.ranges());
    assertEquals(Map.of(10L, 39L), gaps.with(20, 29).ranges());
    assertEquals(Map.of(9L, 39L), gaps.with(9, 35).ranges());
  }

  @Test
  void shouldSplitWhatIsFilled() {
    Gaps gaps = Gaps.NONE.with(10, 39);
    assertEquals(Map.of(10L, 14L, 21L, 39L), gaps.without(15, 20).ranges());
    assertEquals(Map.of(21L, 39L), gaps.without(5, 20).ranges());
    assertTrue(gaps.without(0, 100).isEmpty());
    assertSame(gaps, gaps.without(40, 50));
  }

  @Test
  void shouldHoldTheSameNumbersAsASet() {
    SplittableRandom random = new SplittableRandom(7);
    for (int run = 0; run < 200; run++) {
      BitSet expected = new BitSet();
      Gaps gaps = Gaps.NONE;
      for (int step = 0; step < 40; step++) {
        int first = random.nextInt(100);
        int last = first + random.nextInt(20);
        boolean isAdding = random.nextBoolean();
        expected.set(first, last + 1, isAdding);
        gaps = isAdding ? gaps.with(first, last) : gaps.without(first, last);
        assertSameNumbers(expected, gaps);
      }
    }
  }

  private static void assertSameNumbers(BitSet expected, Gaps gaps) {
    for (int number = 0; number < 130; number++) {
      assertEquals(expected.get(number), gaps.contains(number), "number " + number);
    }
    long before = -2;
    for (Map.Entry<Long, Long> range : gaps.ranges().entrySet()) {
      assertTrue(range.getKey() > before + 1, "ranges that touch are one");
      assertFalse(range.getValue() < range.getKey());
      before = range.getValue();
    }
  }
}
