package dev.windlass.wire.jsonrpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CallRateTest {
  @Test
  void shouldWaitUntilTheCallsOfTheLastSecondLeaveRoom() {
    CallRate rate = new CallRate(OptionalInt.of(10));
    assertEquals(10, rate.batchMax());
    assertEquals(0, rate.take(4, 5_000));
    assertEquals(0, rate.take(6, 5_300));
    assertEquals(700, rate.take(1, 5_300));
    assertEquals(1, rate.take(1, 5_999));
    assertEquals(0, rate.take(4, 6_000));
    assertEquals(300, rate.take(1, 6_000));
    assertEquals(0, rate.take(10, 8_000));
  }

  @Test
  void shouldLetEverythingPassWithoutALimit() {
    CallRate rate = new CallRate(OptionalInt.empty());
    for (int i = 0; i < 100; i++) {
      assertEquals(0, rate.take(1_000, 0));
    }
  }

  @Test
  void shouldNeverAllowMoreWithinAnySecond() {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      int max = 1 + random.nextInt(50);
      CallRate rate = new CallRate(OptionalInt.of(max));
      List<long[]> sent = new ArrayList<>();
      long now = 0;
      for (int i = 0; i < 300; i++) {
        int batch = 1 + random.nextInt(max);
        long wait = rate.take(batch, now);
        while (wait > 0) {
          now += wait;
          wait = rate.take(batch, now);
        }
        sent.add(new long[] {now, batch});
        now += random.nextInt(400);
      }
      for (long[] first : sent) {
        long within =
            sent.stream()
                .filter(one -> one[0] >= first[0] && one[0] < first[0] + 1_000)
                .mapToLong(one -> one[1])
                .sum();
        assertTrue(within <= max, within + " of " + max + ", seed " + seed);
      }
    }
  }
}
