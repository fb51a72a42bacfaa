package dev.windlass.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.server.PeerBoard;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DialScheduleTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final DialSchedule schedule = new DialSchedule(new SplittableRandom(1));

  private static Optional<PeerBoard.Ban> banned(Duration from) {
    return Optional.of(new PeerBoard.Ban(NOW.plus(from), "it lied"));
  }

  @Test
  void shouldHoldBackUntilABanEnds() {
    assertEquals(86_400_000, DialSchedule.millisHeldBack(banned(Duration.ofDays(1)), NOW));
    assertEquals(0, DialSchedule.millisHeldBack(banned(Duration.ZERO), NOW));
    assertEquals(0, DialSchedule.millisHeldBack(banned(Duration.ofSeconds(-5)), NOW));
    assertEquals(0, DialSchedule.millisHeldBack(Optional.empty(), NOW));
  }

  @Test
  void shouldTellEachReasonOnceUntilTheNodeWasConnected() {
    assertTrue(schedule.isNews("network 5"));
    assertFalse(schedule.isNews("network 5"));
    assertTrue(schedule.isNews("genesis 7"));
    assertFalse(schedule.isNews("network 5"));
    schedule.connected();
    assertTrue(schedule.isNews("network 5"));
  }

  @Test
  void shouldTellNoMoreThanAFewReasonsThatANodeInvents() {
    int told = 0;
    for (int i = 0; i < 100; i++) {
      told += schedule.isNews("network " + i) ? 1 : 0;
    }
    assertEquals(DialSchedule.REASONS_MAX, told);
  }

  @Test
  void shouldWaitLongerEachTimeUntilAConnectionLasts() {
    long first = schedule.millisAfterFailure();
    for (int i = 0; i < 8; i++) {
      schedule.millisAfterFailure();
    }
    long tenth = schedule.millisAfterFailure();
    assertTrue(first < 1_500 && tenth >= 30_000, first + " and " + tenth);
    assertTrue(schedule.millisAfterConnection(Duration.ofMinutes(2), false) < 1_500);
  }
}
