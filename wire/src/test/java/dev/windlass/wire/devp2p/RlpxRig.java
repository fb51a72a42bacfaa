package dev.windlass.wire.devp2p;

import dev.windlass.fixtures.Await;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;

/** Dials and listens on the loopback address, with limits that a test may set before. */
abstract class RlpxRig {
  static final long SECONDS_MAX = 30;
  static final ConnectionLimits QUICK = new ConnectionLimits(1_000, 200, 600, 32 << 20);

  ConnectionLimits limits = ConnectionLimits.DEFAULT;
  MessageBudget messages = new MessageBudget(160 << 20);
  final Vertx vertx = Vertx.vertx();
  final SecureRandom random = new SecureRandom();
  final NodeKey serverKey = NodeKey.random(random);
  final BlockingQueue<RlpxConnection> accepted = new LinkedBlockingQueue<>();

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  static <T> T await(Future<T> future) throws Exception {
    return Await.value(future.toCompletionStage());
  }

  LocalNode node(NodeKey key, int... versions) {
    List<Capability> capabilities = Arrays.stream(versions).mapToObj(Capability::eth).toList();
    return LocalNode.of(key, "windlass/test", capabilities, 0).with(limits).with(messages);
  }

  Enode listen(int connectionsMax, int... versions) throws Exception {
    RlpxListener listener =
        new RlpxListener(
            vertx, node(serverKey, versions), "127.0.0.1", 0, connectionsMax, accepted::add);
    int port = await(listener.listen());
    return new Enode(serverKey.publicKey(), "127.0.0.1", port);
  }

  RlpxConnection dial(Enode enode, int... versions) throws Exception {
    return await(dialling(enode, versions));
  }

  Future<RlpxConnection> dialling(Enode enode, int... versions) {
    LocalNode local = node(NodeKey.random(random), versions);
    Promise<RlpxConnection> promise = Promise.promise();
    vertx.runOnContext(ignored -> new RlpxDialer(vertx, local).connect(enode).onComplete(promise));
    return promise.future();
  }

  RlpxConnection taken() throws Exception {
    return Await.next(accepted);
  }
}
