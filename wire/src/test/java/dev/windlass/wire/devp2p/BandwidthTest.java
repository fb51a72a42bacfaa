package dev.windlass.wire.devp2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class BandwidthTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong now = new AtomicLong(5 * SECOND);
  private final AtomicLong rate = new AtomicLong(1_000_000);
  private final Bandwidth bandwidth = new Bandwidth(now::get);

  BandwidthTest() {
    bandwidth.limit(rate::get);
  }

  @Test
  void shouldBeFreeUntilMoreCameThanTheRateAllows() {
    assertEquals(0, bandwidth.nanosUntilReadable());
    bandwidth.read(200_000);
    assertEquals(0, bandwidth.nanosUntilReadable(), "a fifth of a second ahead");
    bandwidth.read(1_000_000);
    assertEquals(SECOND, bandwidth.nanosUntilReadable());
    now.addAndGet(SECOND);
    assertEquals(0, bandwidth.nanosUntilReadable());
  }

  @Test
  void shouldSaveNothingUpWhileNothingComes() {
    now.addAndGet(100 * SECOND);
    bandwidth.read(1_200_000);
    assertEquals(SECOND, bandwidth.nanosUntilReadable());
  }

  @Test
  void shouldKeepTheDirectionsApart() {
    Vertx vertx = Vertx.vertx();
    bandwidth.read(10_000_000);
    assertTrue(bandwidth.writable(vertx).isComplete());
    bandwidth.wrote(10_000_000);
    assertTrue(!bandwidth.writable(vertx).isComplete());
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void shouldOweNothingOnceThereIsNoLimit() {
    bandwidth.read(10_000_000);
    rate.set(0);
    assertEquals(0, bandwidth.nanosUntilReadable());
    bandwidth.read(10_000_000);
    rate.set(1_000_000);
    assertEquals(0, bandwidth.nanosUntilReadable());
  }

  @Test
  void shouldLetTheWriterGoOnOnceItIsPaid() {
    Vertx vertx = Vertx.vertx();
    bandwidth.wrote(1_201_000);
    var free = bandwidth.writable(vertx);
    assertTrue(!free.isComplete());
    now.addAndGet(2 * SECOND);
    free.toCompletionStage().toCompletableFuture().join();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
