package dev.windlass.p2p;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackOffTest {
  private final BackOff backOff = new BackOff(new SplittableRandom(1));

  private void assertNext(long lastedMillis, long from, long to) {
    assertNext(lastedMillis, false, from, to);
  }

  private void assertNext(long lastedMillis, boolean wasUseful, long from, long to) {
    long next = backOff.nextMillis(lastedMillis, wasUseful);
    assertTrue(next >= from && next < to, () -> next + " is not in " + from + " to " + to);
  }

  @Test
  void shouldWaitTwiceAsLongEachTimeUpToAMinute() {
    for (long millis : new long[] {1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000}) {
      assertNext(0, millis / 2, millis * 3 / 2);
    }
  }

  @Test
  void shouldBeginAnewAfterAConnectionOverWhichBlocksCame() {
    assertNext(0, 500, 1_500);
    assertNext(10, 1_000, 3_000);
    assertNext(10, true, 500, 1_500);
    assertNext(10, 1_000, 3_000);
  }

  @Test
  void shouldBeginAnewOnlyAfterAConnectionThatLasted() {
    assertNext(0, 500, 1_500);
    assertNext(1_999, 1_000, 3_000);
    assertNext(3_999, 2_000, 6_000);
    assertNext(8_000, 500, 1_500);
  }
}
