package dev.windlass.wire.devp2p;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.Optional;

/**
 * Dials nodes.
 *
 * <p>If a node closes the connection during the EIP-8 handshake, it is dialled once more with the
 * older handshake, the only one that nodes of 2015 know. A node that answered the handshake and
 * then refused the connection is not dialled again.
 */
public final class RlpxDialer {
  private final Vertx vertx;
  private final LocalNode local;
  private final Clients.Client<NetClient> client;

  public RlpxDialer(Vertx vertx, LocalNode local) {
    this.vertx = vertx;
    this.local = local;
    this.client =
        Clients.net(
            vertx,
            new NetClientOptions()
                .setConnectTimeout((int) local.limits().setUpMillisMax())
                .setTcpNoDelay(true));
  }

  /**
   * Makes a connection, which belongs to the caller's context. No bytes are read until it is
   * opened.
   */
  public Future<RlpxConnection> connect(Enode node) {
    return dial(node, false)
        .compose(
            first ->
                first
                    .start()
                    .recover(e -> first.isUnderstood() ? Future.failedFuture(e) : again(node, e)));
  }

  private Future<RlpxConnection> again(Enode node, Throwable first) {
    return dial(node, true)
        .compose(ConnectionSetup::start)
        .recover(second -> Future.failedFuture(first));
  }

  private Future<ConnectionSetup> dial(Enode node, boolean isPreEip8) {
    return client
        .get()
        .connect(node.port(), node.host())
        .map(
            socket -> new ConnectionSetup(vertx, socket, local, Optional.of(node.id()), isPreEip8));
  }

  public Future<Void> close() {
    return client.close();
  }
}
