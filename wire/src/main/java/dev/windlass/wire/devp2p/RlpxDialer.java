package dev.windlass.wire.devp2p;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.lang.ref.Reference;
import java.util.Optional;

/**
 * Connects to nodes.
 *
 * <p>A node that hangs up on the handshake since EIP-8 is dialled once more with the older one: the
 * nodes of 2015 read nothing else. Who answered it and then refused us is left alone.
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
    return dial(node, false)
        .compose(
            first ->
                first
                    .start()
                    .recover(e -> first.isUnderstood() ? Future.failedFuture(e) : again(node, e)))
        .onSuccess(this::keep);
  }

  /** A client that is garbage closes its connections; it is none as long as one of them is not. */
  @SuppressWarnings("ReachabilityFenceUsage") // That the connection holds this is all of its use.
  private void keep(RlpxConnection connection) {
    connection.onEnd(() -> Reference.reachabilityFence(client));
  }

  private Future<RlpxConnection> again(Enode node, Throwable first) {
    return dial(node, true)
        .compose(ConnectionSetup::start)
        .recover(second -> Future.failedFuture(first));
  }

  private Future<ConnectionSetup> dial(Enode node, boolean isPreEip8) {
    return client
        .connect(node.port(), node.host())
        .map(
            socket -> new ConnectionSetup(vertx, socket, local, Optional.of(node.id()), isPreEip8));
  }

  public Future<Void> close() {
    return client.close();
  }
}
