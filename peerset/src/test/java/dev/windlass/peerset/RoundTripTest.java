package dev.windlass.peerset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RoundTripTest {
  private final RoundTrip roundTrip = new RoundTrip();

  @Test
  void shouldKnowNothingBeforeTheFirstAnswer() {
    assertFalse(roundTrip.isKnown());
    assertEquals(-1, roundTrip.meanNanos());
  }

  @Test
  void shouldTakeTheFirstAnswerAsItIs() {
    roundTrip.sample(800);
    assertTrue(roundTrip.isKnown());
    assertEquals(800, roundTrip.meanNanos());
    assertEquals(3 * 800 + 4 * 400, roundTrip.timeoutNanos());
  }

  @Test
  void shouldMoveByAnEighthAndAQuarterWhenAnswersDiffer() {
    roundTrip.sample(800);
    roundTrip.sample(1_600);
    assertEquals(900, roundTrip.meanNanos());
    assertEquals(3 * 900 + 4 * 500, roundTrip.timeoutNanos());
  }

  @Test
  void shouldLoseItsDeviationWhenAnswersAreAlike() {
    for (int i = 0; i < 100; i++) {
      roundTrip.sample(10_000);
    }
    assertEquals(10_000, roundTrip.meanNanos());
    assertTrue(roundTrip.timeoutNanos() < 30_100, roundTrip.timeoutNanos() + " ns");
  }

  @Test
  void shouldKnowAPeerThatAnswersAtOnce() {
    roundTrip.sample(0);
    assertTrue(roundTrip.isKnown());
    assertEquals(0, roundTrip.timeoutNanos());
  }
}
