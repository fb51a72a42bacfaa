package dev.windlass.node;

import dev.windlass.chain.Head;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.RlpxConnection;
import dev.windlass.wire.devp2p.RlpxListener;
import dev.windlass.wire.devp2p.eth.EthSession;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.network.LocalChain;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Windlass's own server side, over whatever chain a test gives it. */
final class HonestNode implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final NodeKey key = NodeKey.random(new SecureRandom());
  private final LocalChain chain;
  private final int port;

  HonestNode(int version, LocalChain chain) {
    this.chain = chain;
    LocalNode local = LocalNode.of(key, "honest/test", List.of(Capability.eth(version)), 0);
    RlpxListener listener = new RlpxListener(vertx, local, "127.0.0.1", 0, 100, this::accept);
    port =
        listener
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .orTimeout(30, TimeUnit.SECONDS)
            .join();
  }

  private void accept(RlpxConnection connection) {
    EthSession.open(vertx, connection, chain).onSuccess(session -> session.start(new Deaf()));
  }

  Enode enode() {
    return new Enode(key.publicKey(), "127.0.0.1", port);
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  /** It asks nothing, and hears nothing. */
  private static final class Deaf implements EthSession.Handler {
    @Override
    public void onAnswer(String label, long requestId, List<byte[]> items) {}

    @Override
    public void onHead(Head head) {}

    @Override
    public void onClosed(String reason) {}
  }
}
