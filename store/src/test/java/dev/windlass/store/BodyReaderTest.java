package dev.windlass.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.store.StoreException;
import dev.windlass.chain.store.StoreException.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BodyReaderTest {
  private static final int EPOCHS = BodyReader.OPEN_FILES_MAX + 20;

  @TempDir Path folder;
  private final List<BodyPlace> places = new ArrayList<>();
  private BodyReader reader;

  @BeforeEach
  void write() {
    Path bodies = folder.resolve("bodies");
    reader = new BodyReader(bodies);
    try (BodyAppender appender = new BodyAppender(bodies, TestBlocks.genesis().id())) {
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        places.add(appender.append(numberIn(epoch), bodyOf(epoch)));
      }
      appender.flush();
      appender.keep();
      appender.sync();
    }
  }

  @AfterEach
  void close() {
    reader.close();
  }

  private static long numberIn(int epoch) {
    return BodyFileFormat.firstNumberOf(epoch) + epoch;
  }

  private static byte[] bodyOf(int epoch) {
    byte[] body = new byte[1 + 3_000 * epoch];
    new Random(epoch).nextBytes(body);
    Arrays.fill(body, 0, body.length / 2, (byte) epoch);
    return body;
  }

  private void assertReads(int epoch) {
    assertArrayEquals(bodyOf(epoch), reader.read(numberIn(epoch), places.get(epoch)));
  }

  @Test
  void shouldKeepABoundedNumberOfFilesOpen() {
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      assertReads(epoch);
      assertTrue(reader.openFiles() <= BodyReader.OPEN_FILES_MAX);
    }
    assertEquals(BodyReader.OPEN_FILES_MAX, reader.openFiles());
    assertReads(0);
  }

  @Test
  void shouldReadOnManyThreadsWhileFilesAreClosed() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> readings = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        Random random = new Random(thread);
        readings.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 500; i++) {
                    assertReads(random.nextInt(EPOCHS));
                  }
                }));
      }
      for (Future<?> reading : readings) {
        reading.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** An interrupt closes the file under the thread that reads it. */
  @Test
  void shouldReadOnAfterAReaderWasInterrupted() {
    assertReads(3);
    Thread.currentThread().interrupt();
    StoreException interrupted = assertThrows(StoreException.class, () -> assertReads(3));
    assertEquals(Kind.FAILED, interrupted.kind());
    assertTrue(Thread.interrupted());
    assertReads(3);
  }

  @Test
  void shouldSayClosedAfterItWasClosed() {
    assertReads(3);
    reader.close();
    StoreException closed = assertThrows(StoreException.class, () -> assertReads(3));
    assertEquals(Kind.CLOSED, closed.kind());
  }
}
