package dev.windlass.server;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.BindException;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * Opens a port for HTTP, and says in one line why it could not.
 *
 * @param options what the options that set it begin with, such as {@code --rpc-http}
 */
public record Listener(
    String host, int port, String options, HttpLimits limits, HttpCounts counts) {

  /** Fails with a {@link JobFailedException} that names the port and the option. */
  public Future<HttpServer> listen(Vertx vertx, Handler<HttpServerRequest> handler) {
    HttpServerOptions server =
        new HttpServerOptions()
            .setHost(host)
            .setPort(port)
            .setHandle100ContinueAutomatically(true)
            // With it a connection would count only once its first request is there.
            .setHttp2ClearTextEnabled(false);
    HttpConnections connections = new HttpConnections(vertx, limits, counts);
    return vertx
        .createHttpServer(server)
        .connectionHandler(connections::opened)
        .requestHandler(connections.timing(handler))
        .listen()
        .recover(problem -> Future.failedFuture(new JobFailedException(reason(problem), problem)));
  }

  private String reason(Throwable problem) {
    String message = String.valueOf(problem.getMessage()).toLowerCase(Locale.ROOT);
    if (problem instanceof UnknownHostException || message.contains("cannot assign")) {
      return String.format(
          "%s is not an address of this machine: give another with %s-host", host, options);
    }
    if (problem instanceof BindException && message.contains("in use")) {
      return String.format(
          "port %d on %s is in use: choose another with %s-port (0 takes a free one), or stop what"
              + " listens there",
          port, host, options);
    }
    return String.format(
        "cannot listen on port %d of %s (%s-port): %s", port, host, options, problem.getMessage());
  }
}
