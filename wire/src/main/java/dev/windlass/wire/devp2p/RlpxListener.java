package dev.windlass.wire.devp2p;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Takes connections from nodes, within the bounds of {@link Admission}: who comes beyond them is
 * closed before any key is looked at.
 */
public final class RlpxListener {
  private final Vertx vertx;
  private final LocalNode local;
  private final Admission admission;
  private final Consumer<RlpxConnection> taker;
  private final NetServer server;
  private BiConsumer<SocketAddress, String> refused = (address, why) -> {};

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
      InboundLimits limits,
      Consumer<RlpxConnection> taker) {
    this.vertx = vertx;
    this.local = local;
    this.admission = new Admission(limits);
    this.taker = taker;
    this.server =
        vertx
            .createNetServer(new NetServerOptions().setHost(host).setPort(port).setTcpNoDelay(true))
            .connectHandler(this::onConnect);
  }

  /** Listens with no bound but that of all connections together. */
  public RlpxListener(
      Vertx vertx,
      LocalNode local,
      String host,
      int port,
      int connectionsMax,
      Consumer<RlpxConnection> taker) {
    this(vertx, local, host, port, InboundLimits.total(connectionsMax), taker);
  }

  /** Tells of each one that came and got no connection, with the reason. */
  public RlpxListener onRefused(BiConsumer<SocketAddress, String> listener) {
    refused = listener;
    return this;
  }

  /** Listens; fails where the port is taken. */
  public Future<Integer> listen() {
    return server.listen().map(NetServer::actualPort);
  }

  private void onConnect(NetSocket socket) {
    SocketAddress address = socket.remoteAddress();
    String host = address.hostAddress();
    Optional<String> refusal = admission.enter(host, System.nanoTime());
    if (refusal.isPresent()) {
      socket.close();
      refused.accept(address, refusal.get());
      return;
    }
    Future<RlpxConnection> opened =
        new ConnectionSetup(vertx, socket, local, Optional.empty(), false).start();
    opened.onFailure(
        e -> {
          admission.leave(host);
          refused.accept(address, e.getMessage());
        });
    opened.onSuccess(
        connection -> {
          connection.onEnd(() -> admission.leave(host));
          taker.accept(connection);
        });
  }

  public Future<Void> close() {
    return server.close();
  }
}
