package dev.windlass.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SendersBenchTest {
  @Test
  void shouldTellItsFiguresInOneLine() {
    String line = SendersBench.run(new ProofsBench.Options(Optional.empty(), 30));
    assertTrue(
        line.matches(
            "senders transactions=[1-9]\\d* processors=[1-9]\\d* native_per_second=\\d+"
                + " native_all_processors_per_second=\\d+ java_per_second=[1-9]\\d*"
                + " java_all_processors_per_second=[1-9]\\d*"),
        line);
  }
}
