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
 * Accepts connections from nodes, within the bounds of {@link Admission}. A connection beyond them
 * is closed before its handshake.
 */
public final class RlpxListener {
  private final Vertx vertx;
  private final LocalNode local;
  private final Admission admission;
  private final Consumer<RlpxConnection> taker;
  private final NetServer server;
  private BiConsumer<SocketAddress, String> refused = (address, why) -> {};

  /**
   * Does not listen yet.
   *
   * @param taker receives each connection once both Hellos are sent; no bytes are read from it
   *     until it is opened
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

  /** A listener that bounds only the total of connections. */
  public RlpxListener(
      Vertx vertx,
      LocalNode local,
      String host,
      int port,
      int connectionsMax,
      Consumer<RlpxConnection> taker) {
    this(vertx, local, host, port, InboundLimits.total(connectionsMax), taker);
  }

  /** Sets the listener of refused connections, with the reason. */
  public RlpxListener onRefused(BiConsumer<SocketAddress, String> listener) {
    refused = listener;
    return this;
  }

  /** Listens. Fails if the port is taken. */
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
