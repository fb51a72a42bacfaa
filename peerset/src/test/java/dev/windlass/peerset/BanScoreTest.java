package dev.windlass.peerset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BanScoreTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MINUTE = 60 * SECOND;

  private final BanScore score = new BanScore();

  /** btcd's TestDynamicBanScoreDecay. */
  @Test
  void shouldHalveTheFadingPartEveryMinute() {
    score.add(100, 50, 0);
    assertEquals(150, score.value(0));
    assertEquals(125, score.value(MINUTE));
    assertEquals(112, score.value(2 * MINUTE));
    assertEquals(100, score.value(7 * MINUTE));
  }

  @Test
  void shouldAddToWhatIsLeftOfTheFadingPart() {
    score.add(0, 40, 0);
    score.add(0, 40, MINUTE);
    assertEquals(60, score.value(MINUTE));
    score.add(0, 40, 2 * MINUTE);
    assertEquals(70, score.value(2 * MINUTE));
    assertTrue(score.value(2 * MINUTE) <= BanScore.BAN_ABOVE);
  }

  @Test
  void shouldExceedTheBoundWhenThreeComeWithinAMinute() {
    score.add(0, 40, 0);
    score.add(0, 40, SECOND);
    assertEquals(79, score.value(SECOND));
    score.add(0, 40, 2 * SECOND);
    assertTrue(score.value(2 * SECOND) > BanScore.BAN_ABOVE);
  }

  /** btcd's TestDynamicBanScoreLifetime. */
  @Test
  void shouldForgetTheFadingPartAfterHalfAnHour() {
    score.add(0, Integer.MAX_VALUE, 0);
    assertEquals(1, score.value(1_800 * SECOND));
    assertEquals(0, score.value(1_800 * SECOND + 1));
  }

  @Test
  void shouldNotGrowWhenTimeStandsBeforeTheLastPoints() {
    score.add(0, 50, MINUTE);
    assertEquals(50, score.value(0));
  }

  /** btcd's TestDynamicBanScoreReset. */
  @Test
  void shouldBeZeroAfterAReset() {
    score.add(100, 50, 0);
    score.reset();
    assertEquals(0, score.value(0));
    score.add(1, 2, SECOND);
    assertEquals(3, score.value(SECOND));
  }

  @Test
  void shouldForgetTheLastingPartADayAfterItsLastPoints() {
    score.add(20, 0, 0);
    score.add(20, 0, 12 * 60 * MINUTE);
    assertEquals(40, score.value(36 * 60 * MINUTE));
    assertEquals(0, score.value(36 * 60 * MINUTE + 1));
    score.add(20, 0, 37 * 60 * MINUTE);
    assertEquals(20, score.value(37 * 60 * MINUTE));
  }
}
