package dev.windlass.wire.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reads a genesis file whose accounts do not fit into the heap of the process. */
class GenesisMemoryTest {
  private static final int HEAP_MIB = 20;
  private static final int ACCOUNTS = 60_000;
  private static final int SLOTS = 30_000;

  @TempDir private Path folder;

  /** Prints the hash of the genesis in a file. Runs in its own process. */
  static final class Reading {
    public static void main(String[] args) {
      System.out.print(GenesisFile.read(Path.of(args[0])).block().hash());
    }
  }

  private Path write() throws IOException {
    Path file = folder.resolve("genesis.json");
    SplittableRandom random = new SplittableRandom(8);
    try (Writer out = Files.newBufferedWriter(file)) {
      out.write(
          "{\"config\": {\"chainId\": 5}, \"gasLimit\": 1, \"difficulty\": 1, \"alloc\": {\n");
      for (int i = 0; i < ACCOUNTS; i++) {
        out.write(
            "\"0x%08x%016x%016x\": {\"balance\": \"0x%x\"},\n"
                .formatted(i, random.nextLong(), random.nextLong(), i));
      }
      out.write("\"%040x\": {\"nonce\": 1, \"storage\": {\n".formatted(1));
      for (int i = 0; i < SLOTS; i++) {
        String comma = i == 0 ? "" : ",";
        out.write("%s\"0x%016x%016x\": \"0x%x\"\n".formatted(comma, random.nextLong(), i, i + 1));
      }
      out.write("}}}}");
    }
    return file;
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void shouldReadMoreAccountsThanFitIntoTheHeap() throws Exception {
    Path file = write();
    Process reading =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx" + HEAP_MIB + "m",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Reading.class.getName(),
                    file.toString()))
            .redirectErrorStream(true)
            .start();
    String said = new String(reading.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, reading.waitFor(), said);
    assertEquals(GenesisFile.read(file).block().hash().toString(), said);
  }
}
