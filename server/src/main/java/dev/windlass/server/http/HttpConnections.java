package dev.windlass.server.http;

import dev.windlass.server.http.HttpCounts.Why;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open connections of one server. Their number is bounded, and each has a deadline for its next
 * request or answer.
 *
 * <p>The state of a connection belongs to its event loop. Bytes that trickle in do not move the
 * deadline, as they would with an idle timeout.
 */
final class HttpConnections {
  private static final Logger LOG = LoggerFactory.getLogger(HttpConnections.class);

  private final Vertx vertx;
  private final HttpLimits limits;
  private final HttpCounts counts;
  private final Map<HttpConnection, Deadline> open = new ConcurrentHashMap<>();

  HttpConnections(Vertx vertx, HttpLimits limits, HttpCounts counts) {
    this.vertx = vertx;
    this.limits = limits;
    this.counts = counts;
  }

  /** Called for each new connection. */
  void opened(HttpConnection connection) {
    if (open.size() >= limits.connectionsMax()) {
      close(connection, Why.TOO_MANY);
      return;
    }
    Deadline deadline = new Deadline(connection);
    open.put(connection, deadline);
    connection.closeHandler(ignored -> open.remove(connection).cancel());
    deadline.restart(limits.requestMillisMax(), Why.SLOW);
  }

  /**
   * Wraps a handler so that each request and each answer restarts the deadline of the connection.
   */
  Handler<HttpServerRequest> timing(Handler<HttpServerRequest> handler) {
    return request -> {
      Deadline deadline = open.get(request.connection());
      if (deadline != null) {
        deadline.restart(limits.requestMillisMax(), Why.SLOW);
        request.response().endHandler(ended -> deadline.restart(limits.idleMillisMax(), Why.IDLE));
      }
      handler.handle(request);
    };
  }

  private void close(HttpConnection connection, Why why) {
    counts.closed(why);
    LOG.atDebug()
        .setMessage("HTTP connection is closed")
        .addKeyValue("from", connection.remoteAddress())
        .addKeyValue("reason", why)
        .log();
    connection
        .close()
        .onFailure(e -> LOG.atDebug().setMessage("Not closed").addKeyValue("reason", e).log());
  }

  private final class Deadline {
    private final HttpConnection connection;
    private long timer = -1;
    private boolean isOver;

    Deadline(HttpConnection connection) {
      this.connection = connection;
    }

    void restart(long millis, Why why) {
      vertx.cancelTimer(timer);
      if (!isOver) {
        timer = vertx.setTimer(millis, ignored -> close(connection, why));
      }
    }

    void cancel() {
      isOver = true;
      vertx.cancelTimer(timer);
    }
  }
}
