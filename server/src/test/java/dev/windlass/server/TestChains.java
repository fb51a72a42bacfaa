package dev.windlass.server;

import dev.windlass.chain.exchange.ServedChain;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** Chains as files, and the places of the real ones. */
public final class TestChains {
  private TestChains() {}

  /** Writes blocks as concatenated RLP; both numbers are among them. */
  public static Path write(Path file, ServedChain chain, long from, long to) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long number = from; number <= to; number++) {
        out.write(chain.rawBlock(number));
      }
    }
    return file;
  }

  /** A file of real blocks. The test is skipped if it is absent. */
  public static Path real(String name) {
    Path root = Path.of(System.getProperty("windlass.root"));
    Path folder =
        Optional.ofNullable(System.getenv("WINDLASS_TEST_DATA"))
            .map(Path::of)
            .orElse(root.resolve("../shared/data"));
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      String skipped = "skipped: there is no " + file;
      // Maven shows no reason of its own.
      System.err.println(skipped);
      Assumptions.abort(skipped);
    }
    return file;
  }
}
