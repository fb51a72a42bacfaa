package dev.windlass.p2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.PeerBan;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class DialScheduleTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final DialSchedule schedule = new DialSchedule(new SplittableRandom(1));

  private static Optional<PeerBan> banned(Duration from) {
    return Optional.of(
        new PeerBan(
            PeerId.of("a"), "host:1", NOW, NOW.plus(from), 1, Offence.FABRICATED, "it lied"));
  }

  @Test
  void shouldHoldBackUntilABanEnds() {
    assertEquals(86_400_000, DialSchedule.millisHeldBack(banned(Duration.ofDays(1)), NOW));
    assertEquals(0, DialSchedule.millisHeldBack(banned(Duration.ZERO), NOW));
    assertEquals(0, DialSchedule.millisHeldBack(banned(Duration.ofSeconds(-5)), NOW));
    assertEquals(0, DialSchedule.millisHeldBack(Optional.empty(), NOW));
  }

  @Test
  void shouldTellEachReasonAtOnceAndThenNowAndThenUntilTheNodeWasConnected() {
    assertEquals(Level.INFO, schedule.level("network 5", 0));
    assertEquals(Level.DEBUG, schedule.level("network 5", 30 * SECOND));
    assertEquals(Level.INFO, schedule.level("genesis 7", 30 * SECOND));
    assertEquals(Level.INFO, schedule.level("network 5", 60 * SECOND));
    assertEquals(Level.DEBUG, schedule.level("network 5", 120 * SECOND));
    schedule.connected();
    assertEquals(Level.INFO, schedule.level("network 5", 130 * SECOND));
  }

  @Test
  void shouldTellNoMoreThanAFewReasonsThatANodeInvents() {
    int told = 0;
    for (int i = 0; i < 100; i++) {
      told += schedule.level("network " + i, i) == Level.INFO ? 1 : 0;
    }
    assertEquals(DialSchedule.REASONS_MAX + 1, told);
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
