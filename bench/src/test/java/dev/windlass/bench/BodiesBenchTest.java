package dev.windlass.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class BodiesBenchTest {
  @Test
  void shouldPrintOneLineOfFigures() {
    String line = BodiesBench.run(new BodiesBench.Options(2, 2000));
    assertEquals(1, line.lines().count());
    assertTrue(line.contains("blocks=1000 body_bytes=2000 "), line);
    assertTrue(
        line.matches(
            ".* megabytes_per_second=\\d*\\.\\d by_gigabyte=[\\d.]+ disk_by_gigabyte=[\\d.]+ .*"),
        line);
    for (String figure : line.split(" ", -1)) {
      assertTrue(figure.matches("[a-z_]+=[a-z_0-9.]+"), figure);
    }
  }

  @Test
  void shouldRefuseMoreBodiesThanFitInMemory() {
    assertThrows(IllegalArgumentException.class, () -> new BodiesBench.Options(2, 0));
    assertThrows(IllegalArgumentException.class, () -> new BodiesBench.Options(1_000, 16));
    assertThrows(IllegalArgumentException.class, () -> new BodiesBench.Options(1, 2_000_000));
  }
}
