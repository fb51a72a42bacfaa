package dev.windlass.wire.devp2p;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.fixtures.Await;
import dev.windlass.wire.devp2p.rlpx.FrameCipher;
import dev.windlass.wire.devp2p.rlpx.Handshake;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Lines on which bytes come slowly, one by one or not at all. */
class SlowLineTest extends RlpxRig {
  @Test
  void shouldDropWhoFallsSilent() throws Exception {
    limits = QUICK;
    RlpxConnection client = dial(listen(5, 68), 68);
    RlpxConnection server = taken();
    CompletableFuture<String> reason = new CompletableFuture<>();
    server.open(message -> Future.succeededFuture(), reason::complete);
    // It is never opened, so it reads no bytes and answers no Ping, until one end times out.
    assertEquals(Capability.eth(68), client.capability());
    assertTrue(
        Await.value(reason).matches("silent for .*|peer disconnected: read timeout"), reason::join);
  }

  /** A line between a node and its dialer that passes so many bytes each time. */
  private Enode thin(Enode node, int bytes, long everyMillis) throws Exception {
    Promise<Integer> listening = Promise.promise();
    vertx.runOnContext(
        ignored ->
            vertx
                .createNetServer()
                .connectHandler(near -> forward(near, node, bytes, everyMillis))
                .listen(0, "127.0.0.1")
                .map(NetServer::actualPort)
                .onComplete(listening));
    return new Enode(serverKey.publicKey(), "127.0.0.1", await(listening.future()));
  }

  /** A line that passes one buffer of the node's bytes each time. */
  private Enode thinDownwards(Enode node, long everyMillis) throws Exception {
    Promise<Integer> listening = Promise.promise();
    vertx.runOnContext(
        ignored ->
            vertx
                .createNetServer()
                .connectHandler(near -> forwardSlowly(near, node, everyMillis))
                .listen(0, "127.0.0.1")
                .map(NetServer::actualPort)
                .onComplete(listening));
    return new Enode(serverKey.publicKey(), "127.0.0.1", await(listening.future()));
  }

  private void forwardSlowly(NetSocket near, Enode node, long everyMillis) {
    near.pause();
    Future<NetSocket> unused =
        vertx
            .createNetClient()
            .connect(node.port(), node.host())
            .onSuccess(
                far -> {
                  near.handler(far::write);
                  near.resume();
                  far.pause();
                  far.handler(near::write);
                  far.closeHandler(ignored -> near.close());
                  vertx.setPeriodic(everyMillis, ignored -> far.fetch(1));
                });
  }

  private void forward(NetSocket near, Enode node, int bytes, long everyMillis) {
    near.pause();
    Future<NetSocket> unused =
        vertx
            .createNetClient()
            .connect(node.port(), node.host())
            .onSuccess(
                far -> {
                  Buffer held = Buffer.buffer();
                  int[] at = new int[1];
                  near.handler(held::appendBuffer);
                  near.resume();
                  far.handler(near::write);
                  far.closeHandler(ignored -> near.close());
                  vertx.setPeriodic(
                      everyMillis,
                      ignored -> {
                        int end = Math.min(held.length(), at[0] + bytes);
                        if (end > at[0]) {
                          far.write(held.getBuffer(at[0], end));
                          at[0] = end;
                        }
                      });
                });
  }

  /** A frame takes twice as long as a silence may. */
  @Test
  void shouldHearWhoseMessageComesSlowly() throws Exception {
    limits = new ConnectionLimits(10_000, 1_000, 3_000, 32 << 20);
    Enode enode = listen(5, 68);
    limits = ConnectionLimits.DEFAULT;
    RlpxConnection client = dial(thin(enode, 4_096, 20), 68);
    RlpxConnection server = taken();
    CompletableFuture<Message> heard = new CompletableFuture<>();
    BlockingQueue<Long> received = new LinkedBlockingQueue<>();
    server.open(
        new MessageTaker() {
          @Override
          public Future<Void> take(Message message) {
            heard.complete(message);
            return Future.succeededFuture();
          }

          @Override
          public void receiving(long bytes) {
            received.add(bytes);
          }
        },
        reason -> heard.completeExceptionally(new AssertionError(reason)));
    byte[] payload = new byte[1_200_000];
    random.nextBytes(payload);
    client.open(message -> Future.succeededFuture(), reason -> {});
    Future<Void> unused = client.send(3, payload);

    assertArrayEquals(payload, Await.value(heard).payload());
    long bytes = received.stream().mapToLong(Long::longValue).sum();
    assertTrue(bytes > payload.length / 2 && bytes <= payload.length + 1_000, () -> bytes + "");
  }

  /** Each part of the message shows that the other end is not silent and reads. */
  @Test
  void shouldStayWithWhoReadsItsMessageSlowly() throws Exception {
    limits = new ConnectionLimits(10_000, 500, 2_000, 32 << 20);
    Enode enode = listen(5, 68);
    RlpxConnection client = dial(thinDownwards(enode, 24), 68);
    RlpxConnection server = taken();
    CompletableFuture<Message> heard = new CompletableFuture<>();
    server.open(message -> Future.succeededFuture(), reason -> lost(heard, reason));
    client.open(
        message -> {
          heard.complete(message);
          return Future.succeededFuture();
        },
        reason -> lost(heard, reason));
    byte[] payload = new byte[BaseProtocol.PAYLOAD_BYTES_MAX - 100];
    random.nextBytes(payload);
    long startedNanos = System.nanoTime();
    Future<Void> unused = server.send(3, payload);

    assertArrayEquals(payload, Await.value(heard).payload());
    long tookMillis = (System.nanoTime() - startedNanos) / 1_000_000;
    assertTrue(tookMillis > limits.silenceMillisMax(), () -> "the line was fast: " + tookMillis);
  }

  private static void lost(CompletableFuture<Message> heard, String reason) {
    heard.completeExceptionally(new AssertionError(reason));
  }

  @Test
  void shouldDropWhoseMessageOnlyDrips() throws Exception {
    limits = new ConnectionLimits(10_000, 200, 600, 32 << 20);
    Enode enode = listen(5, 68);
    limits = ConnectionLimits.DEFAULT;
    RlpxConnection client = dial(thin(enode, 40, 20), 68);
    RlpxConnection server = taken();
    CompletableFuture<String> reason = new CompletableFuture<>();
    server.open(message -> Future.succeededFuture(), reason::complete);
    client.open(message -> Future.succeededFuture(), why -> {});
    byte[] payload = new byte[400_000];
    random.nextBytes(payload);
    Future<Void> unused = client.send(3, payload);

    assertTrue(Await.value(reason).startsWith("silent for "), reason::join);
  }

  @Test
  void shouldOpenWhenEveryByteComesAlone() throws Exception {
    Enode enode = listen(1, 68);
    NodeKey key = NodeKey.random(random);
    NetSocket socket = await(vertx.createNetClient().connect(enode.port(), enode.host()));
    Handshake handshake = new Handshake(key, random);
    CompletableFuture<byte[]> answered = new CompletableFuture<>();
    socket.handler(buffer -> answered.complete(buffer.getBytes()));
    for (byte b : handshake.auth(enode.id(), false)) {
      await(socket.write(Buffer.buffer(new byte[] {b})));
    }
    byte[] answer = Await.value(answered);
    FrameCipher session = handshake.complete(Arrays.copyOf(answer, Handshake.sizedLength(answer)));
    byte[] hello = node(key, 68).hello().encode();
    for (byte b : session.seal(BaseProtocol.pack(BaseProtocol.HELLO, hello, false))) {
      await(socket.write(Buffer.buffer(new byte[] {b})));
    }
    assertEquals(key.publicKey(), taken().hello().id());
  }
}
