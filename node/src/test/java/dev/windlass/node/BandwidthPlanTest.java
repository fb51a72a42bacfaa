package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BandwidthPlanTest {
  @ParameterizedTest
  @CsvSource({
    "10MB/s, 00:00, 10000000",
    "500kB/s, 23:59, 500000",
    "1.5MiB/s, 12:00, 1572864",
    "none, 12:00, 0",
    "'10MB/s,02:00-06:00=100MB/s', 01:59, 10000000",
    "'10MB/s,02:00-06:00=100MB/s', 02:00, 100000000",
    "'10MB/s,02:00-06:00=100MB/s', 05:59, 100000000",
    "'10MB/s,02:00-06:00=100MB/s', 06:00, 10000000",
    "'22:00-06:00=none,1GB/s', 21:59, 1000000000",
    "'22:00-06:00=none,1GB/s', 22:00, 0",
    "'22:00-06:00=none,1GB/s', 05:59, 0",
    "'22:00-06:00=none , 1GB/s', 06:00, 1000000000",
    "08:00-18:00=1GiB/s, 07:00, 0"
  })
  void shouldGiveTheRateOfATime(String plan, LocalTime time, long bytesPerSecond) {
    assertEquals(bytesPerSecond, BandwidthPlan.parse(plan).at(time));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fast | 'fast' is no rate: expected one such as 500kB/s, 10MB/s or 8MiB/s, or none",
        "10MB | '10MB' is no rate",
        "-1MB/s | '-1MB/s' is no rate",
        "'' | '' is no rate",
        "'10MB/s,' | two rates for the same time",
        "63kB/s | '63kB/s' is too little: at least 64kB/s",
        "10MB/s,20MB/s | '10MB/s,20MB/s' gives two rates for the same time",
        "25:00-06:00=1MB/s | '25:00-06:00=1MB/s' is no rate at a time: expected one such as",
        "02:00=1MB/s | '02:00=1MB/s' is no rate at a time",
        "02:00-02:00=1MB/s | '02:00-02:00=1MB/s' begins and ends at the same time",
        "22:00-06:00=1MB/s,05:30-07:00=2MB/s | gives two rates for 05:30"
      })
  void shouldSayWhatIsNoPlan(String plan, String why) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> BandwidthPlan.parse(plan));
    assertTrue(e.getMessage().contains(why), e::getMessage);
  }

  @Test
  void shouldFollowTheTimeOfTheMachinesZone() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T23:59:59Z"));
    Clock clock =
        new Clock() {
          @Override
          public ZoneId getZone() {
            return ZoneOffset.ofHours(2);
          }

          @Override
          public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
          }

          @Override
          public Instant instant() {
            return now.get();
          }
        };
    LongSupplier rate = BandwidthPlan.parse("1MB/s,02:00-06:00=100MB/s").by(clock);
    assertEquals(1_000_000, rate.getAsLong());
    now.set(now.get().plusSeconds(1));
    assertEquals(100_000_000, rate.getAsLong());
    now.set(now.get().plusSeconds(4 * 3_600));
    assertEquals(1_000_000, rate.getAsLong());
  }

  @Test
  void shouldKnowThatItLimitsNothing() {
    assertTrue(BandwidthPlan.parse("none").isNone());
    assertTrue(BandwidthPlan.NONE.isNone());
  }
}
