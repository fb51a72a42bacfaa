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

  private void answer(int batches) {
    for (int i = 0; i < batches; i++) {
      pace.answered();
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
    pace.tooLarge(100);
    assertEquals(50, pace.weightMax());
    pace.tooLarge(100);
    assertEquals(50, pace.weightMax(), "a batch from before");
    answer(100);
    assertEquals(50, pace.weightMax());
    answer(28);
    assertEquals(100, pace.weightMax());
    pace.tooLarge(1);
    assertEquals(1, pace.weightMax(), "one call is always asked");
  }

  @Test
  void shouldPauseTwiceAsLongEachTimeUntilAnAnswerComes() {
    RpcFailure limit = new RpcFailure(Kind.RATE_LIMITED, "HTTP 429");
    long now = 0;
    for (long pause : new long[] {1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 32_000}) {
      pace.limited(limit, now);
      pace.limited(limit, now + pause - 1);
      assertTrue(pace.isPaused(now + pause - 1));
      assertFalse(pace.isPaused(now + pause));
      now += pause;
    }
    pace.answered();
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
