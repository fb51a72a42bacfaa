package dev.windlass.server.http;

import dev.windlass.node.Endpoint;
import dev.windlass.node.JobFailedException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;

/** Serves HTTP at an address within limits. */
public record Listener(Endpoint endpoint, HttpLimits limits, HttpCounts counts) {
  /** Fails with a {@link JobFailedException} that names the port and the option. */
  public Future<HttpServer> listen(Vertx vertx, Handler<HttpServerRequest> handler) {
    HttpServerOptions server =
        new HttpServerOptions()
            .setHost(endpoint.host())
            .setPort(endpoint.port())
            .setHandle100ContinueAutomatically(true)
            .setMaxInitialLineLength(HttpLimits.LINE_BYTES_MAX)
            // With HTTP/2 a connection would be counted only at its first request.
            .setHttp2ClearTextEnabled(false);
    HttpConnections connections = new HttpConnections(vertx, limits, counts);
    return vertx
        .createHttpServer(server)
        .connectionHandler(connections::opened)
        .requestHandler(connections.timing(handler))
        .listen()
        .recover(problem -> Future.failedFuture(endpoint.failure(problem)));
  }
}
