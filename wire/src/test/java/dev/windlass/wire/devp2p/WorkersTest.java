package dev.windlass.wire.devp2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class WorkersTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    join(vertx.close());
  }

  private static <T> T join(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void shouldCloseOnceAllWorkHasEnded() throws Exception {
    CountDownLatch isStarted = new CountDownLatch(2);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Future<Integer> first = Workers.run(vertx, () -> work(1, isStarted, mayEnd));
    Future<Integer> second = Workers.run(vertx, () -> work(2, isStarted, mayEnd));
    isStarted.await();

    Future<Void> closed = Workers.close(vertx);
    assertFalse(closed.isComplete());
    mayEnd.countDown();
    join(closed);

    assertEquals(1, join(first));
    assertEquals(2, join(second));
  }

  private static int work(int result, CountDownLatch isStarted, CountDownLatch mayEnd)
      throws InterruptedException {
    isStarted.countDown();
    mayEnd.await();
    return result;
  }

  @Test
  void shouldTakeNoWorkOnceTheyAreClosed() {
    join(Workers.close(vertx));
    assertTrue(Workers.run(vertx, () -> 1).failed());
    assertTrue(Workers.runInOrder(vertx, () -> 1).failed());
    join(Workers.close(vertx));
  }

  @Test
  void shouldCountWorkThatFailsAsEnded() {
    Future<Object> failed =
        Workers.run(
            vertx,
            () -> {
              throw new IllegalStateException("for a test");
            });
    join(Workers.close(vertx));
    assertTrue(failed.failed());
  }

  @Test
  void shouldNotCloseThoseOfAnotherVertx() {
    Vertx other = Vertx.vertx();
    join(Workers.close(other));
    assertEquals(1, join(Workers.run(vertx, () -> 1)));
    join(other.close());
  }
}
