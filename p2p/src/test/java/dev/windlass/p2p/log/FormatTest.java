package dev.windlass.p2p.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0.00s",
    "-5, 0.00s",
    "350000000, 0.35s",
    "1000000000, 1s",
    "59999999999, 59s",
    "125000000000, 2m05s",
    "3720000000000, 1h02m",
    "86400000000000, 1d00h",
    "273600000000000, 3d04h"
  })
  void shouldWriteADurationInTwoUnitsAtMost(long nanos, String expected) {
    assertEquals(expected, Format.duration(nanos));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 8191, 0.0%",
    "3702, 8191, 45.1%",
    "9999, 10000, 99.9%",
    "5, 5, 100%",
    "0, 0, 100%"
  })
  void shouldNotSayThatAllIsDoneBeforeItIs(long part, long whole, String expected) {
    assertEquals(expected, Format.percent(part, whole));
  }

  @Test
  void shouldGroupDigits() {
    assertEquals("1,234,567", Format.count(1_234_567));
  }
}
