package dev.windlass.p2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AskedItemsTest {
  private final AskedItems asked = new AskedItems();

  /** The points of a node that asks for all headers and bodies of a chain at once. */
  private int wholeChain(long blocks) {
    int points = 0;
    for (long from = 0; from < blocks; from += 192) {
      long count = Math.min(192, blocks - from);
      points += asked.asked(count, blocks);
      points += asked.asked(count, blocks);
    }
    return points;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1_000, 100_000, 125_000, 1_000_000, 23_000_000})
  void shouldGiveAnHonestNodeAQuarterOfABanForAWholeChainAtMost(long blocks) {
    assertTrue(wholeChain(blocks) <= 25);
  }

  @Test
  void shouldBanANodeThatAsksForAWholeChainFiveTimes() {
    int points = 0;
    for (int i = 0; i < 5; i++) {
      points += wholeChain(1_000_000);
    }
    assertTrue(points > 100, "points " + points);
  }

  @Test
  void shouldCountTheRestOfAQuestionWithTheNext() {
    long perPoint = AskedItems.ITEMS_MIN / 99;
    assertEquals(0, asked.asked(perPoint - 1, 1));
    assertEquals(1, asked.asked(1, 1));
    assertEquals(0, asked.asked(perPoint - 1, 1));
    assertEquals(2, asked.asked(perPoint + 1, 1));
  }

  @Test
  void shouldBoundThePointsOfAQuestion() {
    assertEquals(1_000, asked.asked(Long.MAX_VALUE, 1));
    assertEquals(0, asked.asked(0, 1));
  }
}
