package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeedRunnerTest {
  private static final RandomWorld.StoreMaker BROKEN =
      root -> {
        throw new IllegalStateException("no store");
      };

  /** Otherwise the thread ends, and its remaining seeds are skipped without a failure. */
  @Test
  void shouldCountAWorldThatCannotBeMadeAsFailed() throws InterruptedException {
    List<SeedRunner.Failure> failures = new SeedRunner(BROKEN).run(1, 3, 1);

    assertEquals(List.of(1L, 2L, 3L), failures.stream().map(SeedRunner.Failure::seed).toList());
    assertTrue(failures.get(0).violation().contains("no store"), failures.get(0)::violation);
  }
}
