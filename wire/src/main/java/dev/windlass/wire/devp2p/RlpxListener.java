package dev.windlass.wire.devp2p;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Takes connections from nodes, up to a bound: who comes beyond it is closed before any key is
 * looked at.
 */
public final class RlpxListener {
  private final Vertx vertx;
  private final LocalNode local;
  private final int connectionsMax;
  private final Consumer<RlpxConnection> taker;
  private final NetServer server;
  private int connections;

  /**
   * Listens to nobody yet.
   *
   * @param taker is given each connection once both Hellos are said; nothing is read from it until
   *     it is opened
   */
  public RlpxListener(
      Vertx vertx,
      LocalNode local,
      String host,
      int port,
      int connectionsMax,
      Consumer<RlpxConnection> taker) {
    this.vertx = vertx;
    this.local = local;
    this.connectionsMax = connectionsMax;
    this.taker = taker;
    this.server =
        vertx
            .createNetServer(new NetServerOptions().setHost(host).setPort(port).setTcpNoDelay(true))
            .connectHandler(this::onConnect);
  }

  /** Listens; fails where the port is taken. */
  public Future<Integer> listen() {
    return server.listen().map(NetServer::actualPort);
  }

  private void onConnect(NetSocket socket) {
    if (connections >= connectionsMax) {
      socket.close();
      return;
    }
    connections++;
    Future<RlpxConnection> opened =
        new ConnectionSetup(vertx, socket, local, Optional.empty(), false).start();
    opened.onFailure(e -> connections--);
    opened.onSuccess(
        connection -> {
          connection.onEnd(() -> connections--);
          taker.accept(connection);
        });
  }

  public Future<Void> close() {
    return server.close();
  }
}
