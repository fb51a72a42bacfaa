package dev.windlass.wire;

import io.vertx.core.http.HttpServer;
import java.util.concurrent.TimeUnit;

/** Starts HTTP servers of tests. */
public final class LocalServer {
  private static final long SECONDS_MAX = 20;

  private LocalServer() {}

  /** Returns once it listens on a free port of this machine. */
  public static HttpServer listen(HttpServer server) {
    try {
      return server
          .listen(0, "127.0.0.1")
          .toCompletionStage()
          .toCompletableFuture()
          .get(SECONDS_MAX, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
