package dev.windlass.wire.devp2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.NetClientOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ClientsTest {
  private static final int CLIENTS = 2_000;

  private static <T> T join(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void shouldCloseEachOnceIfSeveralThreadsDo() throws Exception {
    Vertx vertx = Vertx.vertx();
    List<Clients.Client<?>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(Clients.http(vertx, new HttpClientOptions()));
    }
    ExecutorService threads = Executors.newFixedThreadPool(2);
    CountDownLatch together = new CountDownLatch(2);
    var ofOthers =
        threads.submit(
            () -> {
              together.countDown();
              together.await();
              return clients.stream().<Future<Void>>map(Clients.Client::close).toList();
            });
    together.countDown();
    together.await();
    join(Clients.close(vertx));
    for (Future<Void> closed : ofOthers.get()) {
      assertNotNull(closed);
      join(closed);
    }
    threads.shutdown();
    join(vertx.close());
  }

  @Test
  void shouldReturnTheSameCloseAgain() {
    Vertx vertx = Vertx.vertx();
    Clients.Client<?> client = Clients.net(vertx, new NetClientOptions());
    Future<Void> closed = client.close();
    assertSame(closed, client.close());
    join(closed);
    join(vertx.close());
  }

  @Test
  void shouldCloseAllKindsAndOnlyThoseOfOneVertx() {
    Vertx vertx = Vertx.vertx();
    Vertx other = Vertx.vertx();
    List<Clients.Client<?>> clients =
        List.of(
            Clients.http(vertx, new HttpClientOptions()),
            Clients.webSocket(vertx, new WebSocketClientOptions()),
            Clients.net(vertx, new NetClientOptions()));
    var open = Clients.http(other, new HttpClientOptions());
    join(Clients.close(vertx));
    clients.forEach(client -> assertTrue(client.close().isComplete()));
    int port =
        join(other.createHttpServer().requestHandler(asked -> asked.response().end()).listen(0))
            .actualPort();
    var answer = open.get().request(HttpMethod.GET, port, "127.0.0.1", "/");
    assertEquals(200, join(answer.compose(asked -> asked.send())).statusCode());
    join(Clients.close(other));
    join(other.close());
    join(vertx.close());
  }
}
