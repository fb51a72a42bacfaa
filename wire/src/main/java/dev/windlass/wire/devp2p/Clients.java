package dev.windlass.wire.devp2p;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Vert.x's clients, each of which is closed once, and before Vert.x is closed.
 *
 * <p>If two threads close a client of Vert.x 5.0 at once, it may return null to them. If one of the
 * two is Vert.x, which closes all of its clients, it then waits for ever. So all clients are made
 * and closed through this class. Any thread may call it.
 */
public final class Clients {
  private static final String NAME = "windlass.clients";

  private Clients() {}

  public static Client<HttpClientAgent> http(Vertx vertx, HttpClientOptions options) {
    return http(vertx, options, new PoolOptions());
  }

  public static Client<HttpClientAgent> http(
      Vertx vertx, HttpClientOptions options, PoolOptions pool) {
    HttpClientAgent client = vertx.createHttpClient(options, pool);
    return of(vertx).add(client, client::close);
  }

  public static Client<WebSocketClient> webSocket(Vertx vertx, WebSocketClientOptions options) {
    WebSocketClient client = vertx.createWebSocketClient(options);
    return of(vertx).add(client, client::close);
  }

  /** Its connections stay open until it is closed, even if nothing else refers to it. */
  public static Client<NetClient> net(Vertx vertx, NetClientOptions options) {
    NetClient client = vertx.createNetClient(options);
    return of(vertx).add(client, client::close);
  }

  /** Closes all that are open. It is done once they are closed, however that ended. */
  public static Future<Void> close(Vertx vertx) {
    return of(vertx).close();
  }

  private static Open of(Vertx vertx) {
    LocalMap<String, Open> all = vertx.sharedData().getLocalMap(NAME);
    return all.computeIfAbsent(NAME, name -> new Open());
  }

  /** A client of Vert.x. */
  public static final class Client<C> {
    private final Open open;
    private final C client;
    private final Supplier<Future<Void>> closing;
    private Future<Void> closed;

    private Client(Open open, C client, Supplier<Future<Void>> closing) {
      this.open = open;
      this.client = client;
      this.closing = closing;
    }

    public C get() {
      return client;
    }

    /** Closes it with its connections, if it is open. */
    public synchronized Future<Void> close() {
      if (closed == null) {
        closed = closing.get().onComplete(done -> open.remove(this));
      }
      return closed;
    }
  }

  /** Those that are not closed. */
  private static final class Open implements Shareable {
    private final Set<Client<?>> clients = new HashSet<>();

    synchronized <C> Client<C> add(C client, Supplier<Future<Void>> closing) {
      Client<C> added = new Client<>(this, client, closing);
      clients.add(added);
      return added;
    }

    synchronized void remove(Client<?> client) {
      clients.remove(client);
    }

    private synchronized List<Client<?>> list() {
      return List.copyOf(clients);
    }

    Future<Void> close() {
      return Future.join(list().stream().map(Client::close).toList())
          .<Void>mapEmpty()
          .otherwiseEmpty();
    }
  }
}
