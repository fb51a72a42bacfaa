package dev.windlass.peerset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ServedRangeTest {
  private final ServedRange range = new ServedRange();

  ServedRangeTest() {
    range.announceFirst(100);
    range.announceLast(200);
  }

  @Test
  void shouldHoldWhatIsAnnouncedAndNoMore() {
    assertFalse(range.holds(99));
    assertTrue(range.holds(100));
    assertTrue(range.holds(200));
    assertFalse(range.holds(201));
    assertEquals(100, range.lowest(1));
    assertEquals(200, range.highest(1));
  }

  @Test
  void shouldBeTriedOutOnceBeyondEachEnd() {
    assertTrue(range.isUntried(1));
    range.tryOut(1);
    assertFalse(range.isUntried(1));
    assertFalse(range.isUntried(50));
    assertTrue(range.isUntried(300));
    range.tryOut(300);
    assertFalse(range.isUntried(201));
    range.reset();
    assertFalse(range.isUntried(1), "another sync does not ask again");
  }

  @Test
  void shouldHoldAllBelowUpToWhatItLacksThere() {
    range.tryOut(1);
    range.provesMore(1);
    assertTrue(range.holds(99));
    assertEquals(0, range.lowest(1));
    assertEquals(200, range.highest(1));
    assertFalse(range.holds(201));
    range.lacksFrom(50);
    assertTrue(range.holds(49));
    assertFalse(range.holds(50));
    assertFalse(range.holds(99));
    assertTrue(range.holds(100));
    assertFalse(range.isUntried(99));
    assertEquals(0, range.lowest(49));
    assertEquals(49, range.highest(49));
    assertEquals(100, range.lowest(50));
    assertEquals(200, range.highest(50));
  }

  @Test
  void shouldHoldAllAboveUpToWhatItLacksThere() {
    range.tryOut(201);
    range.provesMore(201);
    assertTrue(range.holds(8_191));
    range.lacksFrom(500);
    assertTrue(range.holds(499));
    assertFalse(range.holds(500));
    range.reset();
    assertFalse(range.holds(500), "another sync does not ask again");
    assertFalse(range.isUntried(500));
    range.announceLast(600);
    assertTrue(range.holds(600));
  }

  @Test
  void shouldFollowAFirstNumberThatRisesAndFalls() {
    range.tryOut(1);
    range.provesMore(1);
    range.announceFirst(150);
    assertFalse(range.holds(149), "what it served before is pruned by now");
    assertTrue(range.isUntried(149));
    range.tryOut(149);
    range.announceFirst(150);
    assertFalse(range.isUntried(149), "it announced the same again");
    range.announceFirst(1);
    assertTrue(range.holds(1));
  }

  @Test
  void shouldTellOfAFirstNumberThatFalls() {
    assertFalse(range.announceFirst(150));
    assertFalse(range.announceFirst(150));
    assertTrue(range.announceFirst(149));
  }

  @Test
  void shouldNotTakeTheEndOfItsChainForACut() {
    range.lacksFrom(201);
    assertEquals(100, range.lowest(1));
    assertEquals(200, range.highest(1));
    range.announceLast(300);
    range.claims(300);
    assertTrue(range.holds(300));
  }

  @Test
  void shouldGuessHigherEachTimeThatItLacksWhatItAnnounced() {
    range.lacksFrom(100);
    assertEquals(101, range.lowest(1));
    range.lacksFrom(101);
    assertEquals(103, range.lowest(1));
    range.answered(1);
    range.lacksFrom(151);
    assertEquals(152, range.lowest(1));
  }

  /** Several questions are open at a time. */
  @Test
  void shouldNotCountQuestionsFromBelowItsGuess() {
    for (int number = 100; number < 103; number++) {
      range.lacksFrom(number);
    }
    range.lacksFrom(102);
    range.lacksFrom(101);
    assertEquals(103, range.lowest(1));
    range.lacksFrom(103);
    assertEquals(107, range.lowest(1));
  }

  @Test
  void shouldNotGuessBeyondHalfOfTheRestOfItsChain() {
    range.announceLast(20_000);
    long lowest = 100;
    while (lowest < 15_000) {
      range.lacksFrom(lowest);
      assertTrue(range.lowest(1) <= Math.max(lowest + 1, (lowest + 20_000) / 2));
      lowest = range.lowest(1);
    }
    assertTrue(lowest < 18_000, lowest + " is near the head");
    range.lacksFrom(19_500);
    assertTrue(range.lowest(1) > 20_000, "its head is not asked for");
  }
}
