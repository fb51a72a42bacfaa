package dev.windlass.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.store.StoreLimits;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreBenchTest {
  @TempDir Path folder;

  @Test
  void shouldPrintOneLineOfFigures() {
    String line =
        StoreBench.run(new StoreBench.Options(3000, 400, 2000, folder, StoreLimits.DEFAULT));
    assertEquals(1, line.lines().count());
    assertTrue(
        line.matches(".*headers_per_second=[1-9]\\d* .* blocks_per_second=[1-9]\\d* .*"), line);
    for (String figure : line.split(" ", -1)) {
      assertTrue(figure.matches("[a-z_]+=[0-9.]+"), figure);
    }
  }

  @Test
  void shouldRefuseMoreBlocksThanHeaders() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new StoreBench.Options(10, 11, 2000, folder, StoreLimits.DEFAULT));
  }
}
