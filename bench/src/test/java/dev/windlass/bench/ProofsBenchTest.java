package dev.windlass.bench;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.wire.files.FileChainException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProofsBenchTest {
  @Test
  void shouldTellItsFiguresInOneLine() {
    String line = ProofsBench.run(new ProofsBench.Options(Optional.empty(), 300));
    assertTrue(
        line.matches(
            "proofs blocks=3\\d\\d transactions=[1-9]\\d* bytes=[1-9]\\d* rounds=5 cpu_seconds=\\S+"
                + " headers_per_second=[1-9]\\d* blocks_per_second=[1-9]\\d*"
                + " megabytes_per_second=\\S+ full_blocks_per_second=[1-9]\\d*"
                + " full_ratio=\\S+ live_heap_bytes=[1-9]\\d* lanes=[1-9]"
                + " scalar_headers_per_second=[1-9]\\d* headers_ratio=\\S+"
                + " scalar_megabytes_per_second=\\S+ megabytes_ratio=\\S+"),
        line);
  }

  @Test
  void shouldRefuseWhatCannotBeMeasured() {
    assertThrows(
        IllegalArgumentException.class, () -> new ProofsBench.Options(Optional.empty(), 0));
    ProofsBench.Options absent = new ProofsBench.Options(Optional.of(Path.of("absent.rlp")), 5);
    assertThrows(FileChainException.class, () -> ProofsBench.run(absent));
  }
}
