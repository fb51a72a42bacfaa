package dev.windlass.wire.jsonrpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.wire.jsonrpc.RpcFailure.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RpcPaceTest {
  private final RpcPace pace = new RpcPace();

  private long now;

  private void answer(int batches) {
    for (int i = 0; i < batches; i++) {
      pace.answered(now);
    }
  }

  @Test
  void shouldGrowUpToTheLimitOfTheClients() {
    assertEquals(128, pace.weightMax());
    answer(7);
    assertEquals(128, pace.weightMax());
    answer(1);
    assertEquals(256, pace.weightMax());
    answer(100);
    assertEquals(1_000, pace.weightMax());
  }

  @Test
  void shouldHalveWhatWasTooLargeAndTryItAgainLater() {
    pace.tooLarge(100, now);
    assertEquals(50, pace.weightMax());
    pace.tooLarge(100, now);
    assertEquals(50, pace.weightMax(), "a batch from before");
    now = 9_999;
    answer(1_000);
    assertEquals(50, pace.weightMax());
    now = 10_000;
    answer(1);
    assertEquals(100, pace.weightMax());
    pace.tooLarge(1, now);
    assertEquals(1, pace.weightMax(), "one call is always asked");
  }

  @Test
  void shouldGrowBelowWhatWasTooLargeAtOnce() {
    pace.tooLarge(100, now);
    pace.tooLarge(12, now);
    pace.tooLarge(100, now);
    assertEquals(6, pace.weightMax());
    answer(24);
    assertEquals(48, pace.weightMax());
    answer(1_000);
    assertEquals(96, pace.weightMax());
  }

  /** A batch takes a tenth of a second. The limits last for an hour before. */
  @Test
  void shouldFindTheFullRateWithinHalfAMinuteAfterTheEndOfALimit() {
    RpcFailure limit = new RpcFailure(Kind.RATE_LIMITED, "HTTP 429");
    while (now < 3_600_000) {
      if (!pace.isPaused(now)) {
        pace.tooLarge(pace.weightMax(), now);
        pace.limited(limit, now);
      }
      now += 100;
    }
    assertEquals(1, pace.weightMax());
    long end = now;
    while (pace.weightMax() < RpcPace.WEIGHT_MAX) {
      if (!pace.isPaused(now)) {
        pace.answered(now);
      }
      now += 100;
    }
    assertTrue(now - end <= 30_000, (now - end) + " ms");
  }

  @Test
  void shouldPauseTwiceAsLongEachTimeUntilAnAnswerComes() {
    RpcFailure limit = new RpcFailure(Kind.RATE_LIMITED, "HTTP 429");
    for (long pause : new long[] {1_000, 2_000, 4_000, 8_000, 16_000, 16_000}) {
      pace.limited(limit, now);
      pace.limited(limit, now + pause - 1);
      assertTrue(pace.isPaused(now + pause - 1));
      assertFalse(pace.isPaused(now + pause));
      now += pause;
    }
    pace.answered(now);
    pace.limited(limit, now);
    assertEquals(now + 1_000, pace.pausedUntilMillis());
  }

  @ParameterizedTest
  @CsvSource({"RATE_LIMITED, 7000, 7000", "QUOTA_USED_UP, 0, 600000"})
  void shouldPauseAsLongAsTheNodeSays(Kind kind, long retryAfter, long pause) {
    pace.limited(new RpcFailure(kind, "", retryAfter), 5);
    assertEquals(5 + pause, pace.pausedUntilMillis());
  }
}
