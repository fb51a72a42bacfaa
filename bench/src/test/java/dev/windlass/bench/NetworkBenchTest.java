package dev.windlass.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class NetworkBenchTest {
  @Test
  void shouldEndWithPeersOfEachKind() {
    NetworkBench.Options options = new NetworkBench.Options(10, 3_000, 2, Duration.ZERO, 2, 1);
    String line = NetworkBench.run(options);
    assertTrue(line.contains(" bad=5 "), line);
    assertTrue(line.contains(" with_bad_blocks_per_second="), line);
  }
}
