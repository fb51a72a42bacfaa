package dev.windlass.wire.devp2p;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.Optional;

/**
 * Connects to nodes.
 *
 * <p>A node that hangs up on the handshake since EIP-8 is dialled once more with the older one: the
 * nodes of 2015 read nothing else.
 */
public final class RlpxDialer {
  private final Vertx vertx;
  private final LocalNode local;
  private final NetClient client;

  public RlpxDialer(Vertx vertx, LocalNode local) {
    this.vertx = vertx;
    this.local = local;
    this.client =
        vertx.createNetClient(
            new NetClientOptions()
                .setConnectTimeout((int) local.limits().setUpMillisMax())
                .setTcpNoDelay(true));
  }

  /**
   * A connection on which nothing is read until it is opened; it belongs to the caller's context.
   */
  public Future<RlpxConnection> connect(Enode node) {
    return connect(node, false)
        .recover(e -> connect(node, true).recover(again -> Future.failedFuture(e)));
  }

  private Future<RlpxConnection> connect(Enode node, boolean isPlain) {
    return client
        .connect(node.port(), node.host())
        .compose(
            socket ->
                new ConnectionSetup(vertx, socket, local, Optional.of(node.id()), isPlain).start());
  }

  public Future<Void> close() {
    return client.close();
  }
}
