package dev.windlass.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.fixtures.Await;
import dev.windlass.node.Endpoint;
import dev.windlass.node.JobFailedException;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListenerTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() throws Exception {
    Await.value(vertx.close().toCompletionStage());
  }

  @Test
  void shouldNameThePortAndTheOptionWhenItIsInUse() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String message = failure("127.0.0.1", other.getLocalPort());

      assertEquals(
          "port "
              + other.getLocalPort()
              + " on 127.0.0.1 is in use: choose another with --rpc-http-port (0 takes a free one),"
              + " or stop what listens there",
          message);
    }
  }

  @Test
  void shouldNameTheOptionWhenTheAddressIsNotOfThisMachine() {
    // 192.0.2.0/24 is set aside for documentation; no machine has it.
    String message = failure("192.0.2.1", 0);

    assertTrue(
        message.startsWith("192.0.2.1 is not an address of this machine")
            && message.contains("--rpc-http-host"),
        message);
  }

  private String failure(String host, int port) {
    ExecutionException problem =
        assertThrows(
            ExecutionException.class,
            () ->
                new Listener(
                        new Endpoint(host, port, "--rpc-http"),
                        HttpLimits.DEFAULT,
                        new HttpCounts())
                    .listen(vertx, request -> {})
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS));
    return assertInstanceOf(JobFailedException.class, problem.getCause()).getMessage();
  }
}
