package dev.windlass.wire.devp2p;

import dev.windlass.chain.Head;
import dev.windlass.fixtures.Await;
import dev.windlass.wire.devp2p.eth.EthSession;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.network.LocalChain;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.List;

/** Windlass's own server side, over whatever chain a test gives it. */
public final class HonestNode implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final NodeKey key = NodeKey.random(new SecureRandom());
  private final LocalChain chain;
  private final int port;

  public HonestNode(int version, LocalChain chain) throws Exception {
    this.chain = chain;
    LocalNode local = LocalNode.of(key, "honest/test", List.of(Capability.eth(version)), 0);
    RlpxListener listener = new RlpxListener(vertx, local, "127.0.0.1", 0, 100, this::accept);
    port = Await.value(listener.listen().toCompletionStage());
  }

  private void accept(RlpxConnection connection) {
    EthSession.open(vertx, connection, chain).onSuccess(session -> session.start(new Deaf()));
  }

  public Enode enode() {
    return new Enode(key.publicKey(), "127.0.0.1", port);
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
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
