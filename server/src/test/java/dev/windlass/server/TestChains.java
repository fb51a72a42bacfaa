package dev.windlass.server;

import dev.windlass.chain.exchange.ServedChain;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Chains as files. */
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
}
