package dev.windlass.server.show;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RateMeterTest {
  private static final long SECOND = 1_000_000_000L;

  private final RateMeter meter = new RateMeter();

  @Test
  void shouldNotKnowTheRateWhenItHasSeenOneCount() {
    assertEquals(0, meter.perSecond(500, SECOND));
  }

  @Test
  void shouldMeasureWhatWasAddedPerSecond() {
    meter.perSecond(500, SECOND);

    assertEquals(50, meter.perSecond(600, 3 * SECOND));
  }

  @Test
  void shouldForgetWhatIsOlderThanItsWindow() {
    for (int second = 0; second <= 30; second++) {
      meter.perSecond(1_000L * second, second * SECOND);
    }
    double stalled = 0;
    for (int second = 31; second <= 45; second++) {
      stalled = meter.perSecond(30_000, second * SECOND);
    }

    assertEquals(0, stalled);
  }

  @Test
  void shouldStartAfreshWhenTheCountFalls() {
    meter.perSecond(5_000, SECOND);

    assertEquals(0, meter.perSecond(10, 2 * SECOND));
    assertEquals(5, meter.perSecond(15, 3 * SECOND));
  }
}
