package dev.windlass.wire.devp2p;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.fixtures.Await;
import dev.windlass.wire.devp2p.MessageBudget.Use;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections over real sockets on the loopback address. */
class RlpxConnectionTest extends RlpxRig {
  @Test
  void shouldAgreeOnTheHighestVersionAndCarryMessagesBothWays() throws Exception {
    RlpxConnection client = dial(listen(5, 60, 61, 68, 69), 61, 66, 68);
    RlpxConnection server = taken();
    assertEquals(Capability.eth(68), client.capability());
    assertEquals(Capability.eth(68), server.capability());
    BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
    BlockingQueue<String> reasons = new LinkedBlockingQueue<>();
    server.open(message -> server.send(message.code() + 1, message.payload()), reasons::add);
    client.open(
        message -> {
          heard.add(message);
          return Future.succeededFuture();
        },
        reasons::add);
    for (int size : new int[] {0, 1, 1_000, 3 << 20}) {
      byte[] payload = new byte[size];
      random.nextBytes(payload);
      await(client.send(3, payload));
      Message answer = heard.poll(SECONDS_MAX, TimeUnit.SECONDS);
      assertTrue(answer != null, "nothing came back of " + size + " bytes; " + reasons);
      assertEquals(4, answer.code());
      assertArrayEquals(payload, answer.payload());
    }
  }

  @Test
  void shouldReadNothingMoreWhileAMessageIsNotTaken() throws Exception {
    RlpxConnection client = dial(listen(5, 68), 68);
    RlpxConnection server = taken();
    BlockingQueue<Promise<Void>> held = new LinkedBlockingQueue<>();
    server.open(
        message -> {
          Promise<Void> taken = Promise.promise();
          held.add(taken);
          return taken.future();
        },
        reason -> {});
    client.open(message -> Future.succeededFuture(), reason -> {});
    await(client.send(3, new byte[100]));
    await(client.send(3, new byte[100]));
    Promise<Void> first = Await.next(held);
    assertTrue(held.isEmpty());
    first.complete();
    Await.next(held).complete();
  }

  /** The budget of the listening node holds one message of an untrusted peer. */
  @Test
  void shouldReadNothingMoreOfAConnectionWhileThereIsNoRoomForItsMessage() throws Exception {
    MessageBudget budget = new MessageBudget(10 << 20);
    messages = budget;
    Enode enode = listen(5, 68);
    messages = new MessageBudget(160 << 20);
    BlockingQueue<Promise<Void>> held = new LinkedBlockingQueue<>();
    List<RlpxConnection> clients = new ArrayList<>();
    Map<Integer, List<Use>> waits = new ConcurrentHashMap<>();
    byte[] payload = new byte[2 << 20];
    random.nextBytes(payload);
    for (int i = 0; i < 3; i++) {
      int number = i;
      clients.add(dial(enode, 68));
      RlpxConnection server = taken();
      server.onWait(
          use -> waits.computeIfAbsent(number, n -> new CopyOnWriteArrayList<>()).add(use));
      server.open(
          message -> {
            Promise<Void> taken = Promise.promise();
            held.add(taken);
            return taken.future();
          },
          reason -> {});
      clients.get(i).open(message -> Future.succeededFuture(), reason -> {});
      clients.get(i).send(3, payload);
      awaitWaiting(budget, i);
    }
    assertEquals(4 << 20, budget.bytes(Use.MESSAGE));
    Promise<Void> first = Await.next(held);
    assertTrue(held.isEmpty());
    first.complete();
    Await.next(held).complete();
    Await.next(held).complete();
    awaitBytes(budget, 0);
    assertEquals(Set.of(1, 2), waits.keySet(), "the first one never waited");
    assertEquals(1, Collections.frequency(waits.get(1), Use.MESSAGE), waits::toString);
  }

  private static void awaitWaiting(MessageBudget budget, int connections) {
    awaitTrue(
        budget,
        () ->
            budget.waiting(Use.FRAME) + budget.waiting(Use.MESSAGE) == connections
                && budget.bytes(Use.MESSAGE) == 4 << 20);
  }

  private static void awaitBytes(MessageBudget budget, long bytes) {
    awaitTrue(budget, () -> budget.bytes() == bytes);
  }

  private static void awaitTrue(MessageBudget budget, BooleanSupplier condition) {
    Supplier<String> state =
        () ->
            Arrays.stream(Use.values())
                .map(use -> use + " " + budget.bytes(use) + " " + budget.waiting(use))
                .toList()
                .toString();
    Await.condition(state, condition);
  }

  /** An answer is not read from the store before its bytes are reserved. */
  @Test
  void shouldMakeNoAnswerWhileThereIsNoRoomForIt() throws Exception {
    MessageBudget budget = new MessageBudget(10 << 20);
    messages = budget;
    Enode enode = listen(5, 68);
    messages = new MessageBudget(160 << 20);
    BlockingQueue<RlpxConnection> answered = new LinkedBlockingQueue<>();
    CompletableFuture<Message> first = new CompletableFuture<>();
    List<Use> waits = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 2; i++) {
      RlpxConnection client = dial(enode, 68);
      RlpxConnection server = taken();
      client.open(
          message -> {
            answered.add(client);
            return Future.succeededFuture();
          },
          reason -> {});
      server.onWait(waits::add);
      server.open(message -> server.answer(8 << 20, () -> Await.value(first)), reason -> {});
      client.send(3, new byte[0]);
      int waiting = i;
      awaitTrue(
          budget,
          () -> budget.bytes(Use.ANSWER) == 16 << 20 && budget.waiting(Use.ANSWER) == waiting);
    }
    first.complete(new Message(4, new byte[1]));
    Await.next(answered);
    Await.next(answered);
    awaitBytes(budget, 0);
    assertEquals(List.of(Use.ANSWER), waits);
  }

  @Test
  void shouldSayWhyItLeaves() throws Exception {
    RlpxConnection client = dial(listen(5, 68), 68);
    RlpxConnection server = taken();
    CompletableFuture<String> reason = new CompletableFuture<>();
    client.open(message -> Future.succeededFuture(), reason::complete);
    server.open(message -> Future.succeededFuture(), why -> {});
    server.close(DisconnectReason.TOO_MANY_PEERS);
    assertEquals("peer disconnected: too many peers", Await.value(reason));
  }

  /** A reply and a Disconnect both count, even if they are read late. */
  @Test
  void shouldReadWhatCameBeforeTheEndWhenItWasBusyMeanwhile() throws Exception {
    RlpxConnection client = dial(listen(5, 68), 68);
    RlpxConnection server = taken();
    BlockingQueue<Promise<Void>> held = new LinkedBlockingQueue<>();
    CompletableFuture<String> reason = new CompletableFuture<>();
    server.open(
        message -> {
          Promise<Void> taken = Promise.promise();
          held.add(taken);
          return taken.future();
        },
        reason::complete);
    client.open(message -> Future.succeededFuture(), why -> {});
    await(client.send(3, new byte[100]));
    Promise<Void> first = Await.next(held);
    await(client.send(3, new byte[100]));
    await(client.close(DisconnectReason.TOO_MANY_PEERS));
    // Meanwhile the end of the connection arrives.
    dial(listen(5, 68), 68);
    first.complete();
    Await.next(held).complete();
    assertEquals("peer disconnected: too many peers", Await.value(reason));
  }

  /** btcd's TestDuplicateVersionMsg. The second Status is a matter of each protocol. */
  @Test
  void shouldEndOnASecondHello() throws Exception {
    Enode enode = listen(5, 68);
    try (RawPeer peer = RawPeer.greet(enode, NodeKey.random(random), 68)) {
      CompletableFuture<String> reason = new CompletableFuture<>();
      taken().open(message -> Future.succeededFuture(), reason::complete);
      peer.send(RawPeer.HELLO, new byte[] {(byte) 0xc0});
      assertEquals("a second Hello", Await.value(reason));
      assertEquals(DisconnectReason.BREACH_OF_PROTOCOL.code(), peer.disconnectReason());
    }
  }

  /** The bytes of the message must be free again, too. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldEndOnlyTheConnectionWhoseHandlerThrows(boolean isUnread) throws Exception {
    MessageBudget budget = new MessageBudget(10 << 20);
    messages = budget;
    Enode enode = listen(5, 68);
    messages = new MessageBudget(160 << 20);
    CompletableFuture<String> reason = new CompletableFuture<>();
    RlpxConnection first = dial(enode, 68);
    taken().open(new Broken(isUnread), reason::complete);
    RlpxConnection second = dial(enode, 68);
    BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
    taken()
        .open(
            message -> {
              heard.add(message);
              return Future.succeededFuture();
            },
            why -> {});
    CompletableFuture<String> left = new CompletableFuture<>();
    first.open(message -> Future.succeededFuture(), left::complete);
    second.open(message -> Future.succeededFuture(), why -> {});
    await(first.send(3, new byte[1 << 20]));
    assertEquals(
        "a fault of this node: java.lang.IllegalStateException: planted", Await.value(reason));
    assertEquals("peer disconnected: subprotocol error", Await.value(left));
    awaitBytes(budget, 0);
    await(second.send(3, new byte[100]));
    assertEquals(3, Await.next(heard).code());
  }

  /**
   * A handler with a fault.
   *
   * @param isUnread whether it fails before the message is unpacked
   */
  private record Broken(boolean isUnread) implements MessageTaker {
    @Override
    public Future<Void> take(Message message) {
      throw new IllegalStateException("planted");
    }

    @Override
    public Optional<Future<Void>> takeUnread(int code, byte[] beginning) {
      if (isUnread) {
        throw new IllegalStateException("planted");
      }
      return Optional.empty();
    }
  }

  /** btcd's TestUnsupportedVersionPeer. */
  @Test
  void shouldNotConnectWithoutAProtocolInCommon() throws Exception {
    Enode enode = listen(5, 69);
    ExecutionException e = assertThrows(ExecutionException.class, () -> dial(enode, 61));
    assertTrue(e.getMessage().contains("no protocol in common"), e.getMessage());
  }

  @Test
  void shouldEndAConnectionWhoseBytesAreNoFrames() throws Exception {
    Enode enode = listen(5, 68);
    RlpxConnection client = dial(enode, 68);
    RlpxConnection server = taken();
    CompletableFuture<String> reason = new CompletableFuture<>();
    server.open(message -> Future.succeededFuture(), reason::complete);
    byte[] garbage = new byte[200];
    random.nextBytes(garbage);
    client.writeRaw(garbage);
    assertTrue(Await.value(reason).contains("MAC"), reason::join);
  }

  @Test
  void shouldGiveUpOnWhoSaysNothing() throws Exception {
    limits = QUICK;
    Enode enode = listen(1, 68);
    NetSocket socket = await(vertx.createNetClient().connect(enode.port(), enode.host()));
    CompletableFuture<Void> closed = new CompletableFuture<>();
    socket.closeHandler(ignored -> closed.complete(null));
    Await.value(closed);
    // Its slot is free again.
    limits = ConnectionLimits.DEFAULT;
    dial(enode, 68);
  }

  @Test
  void shouldGiveUpOnGarbageInPlaceOfAHandshake() throws Exception {
    Enode enode = listen(1, 68);
    NetSocket socket = await(vertx.createNetClient().connect(enode.port(), enode.host()));
    CompletableFuture<Void> closed = new CompletableFuture<>();
    socket.closeHandler(ignored -> closed.complete(null));
    byte[] garbage = new byte[5_000];
    random.nextBytes(garbage);
    await(socket.write(Buffer.buffer(garbage)));
    Await.value(closed);
  }

  @Test
  void shouldTakeNoMoreConnectionsThanItsBound() throws Exception {
    Enode enode = listen(2, 68);
    dial(enode, 68);
    dial(enode, 68);
    taken();
    taken();
    assertThrows(ExecutionException.class, () -> dial(enode, 68));
  }

  @Test
  void shouldEndAndCloseWhenTheOtherEndReadsNothing() throws Exception {
    limits = QUICK;
    Enode enode = listen(5, 68);
    limits = ConnectionLimits.DEFAULT;
    // It is never opened, so it reads no bytes.
    dial(enode, 68);
    RlpxConnection server = taken();
    CompletableFuture<String> reason = new CompletableFuture<>();
    CompletableFuture<Void> ended = new CompletableFuture<>();
    server.onEnd(() -> ended.complete(null));
    server.open(message -> Future.succeededFuture(), reason::complete);
    byte[] large = new byte[BaseProtocol.PAYLOAD_BYTES_MAX];
    random.nextBytes(large);
    Future<Void> first = server.send(3, large);
    Future<Void> second = server.send(3, large);
    assertTrue(
        Await.value(reason).matches("peer has read nothing for .*|silent for .*"), reason::join);
    Await.value(ended);
    assertThrows(ExecutionException.class, () -> await(Future.all(first, second)));
  }

  @Test
  void shouldShutDownThoughTheOtherEndReadsNothing() throws Exception {
    Enode enode = listen(5, 68);
    dial(enode, 68);
    RlpxConnection server = taken();
    CompletableFuture<String> reason = new CompletableFuture<>();
    server.open(message -> Future.succeededFuture(), reason::complete);
    // From here on, work on its context runs before the close.
    await(server.send(3, new byte[1]));
    byte[] large = new byte[BaseProtocol.PAYLOAD_BYTES_MAX];
    random.nextBytes(large);
    Future<Void> unused = server.send(3, large);
    await(vertx.close());
    assertTrue(!Await.value(reason).isEmpty());
  }

  @Test
  void shouldEndWhenMoreWaitsToBeWrittenThanItsBound() throws Exception {
    limits = new ConnectionLimits(5_000, 15_000, 30_000, 1 << 20);
    Enode enode = listen(5, 68);
    dial(enode, 68);
    RlpxConnection server = taken();
    CompletableFuture<String> reason = new CompletableFuture<>();
    server.open(message -> Future.succeededFuture(), reason::complete);
    byte[] large = new byte[2 << 20];
    random.nextBytes(large);
    Future<Void> sent = server.send(3, large);
    assertEquals("peer does not read the answers", Await.value(reason));
    assertThrows(ExecutionException.class, () -> await(sent));
  }

  @Test
  void shouldNotDialAgainInTheOlderFormWhoAnsweredAndRefusedUs() throws Exception {
    BlockingQueue<String> refusals = new LinkedBlockingQueue<>();
    Enode enode = listen(refusals, 69);
    ExecutionException e = assertThrows(ExecutionException.class, () -> dial(enode, 61));
    assertTrue(e.getMessage().contains("no protocol in common"), e.getMessage());
    assertTrue(Await.next(refusals).contains("no protocol in common"));
    // The next connection is the first one admitted, since the dialer did not dial again.
    dial(enode, 69);
    taken();
    assertTrue(refusals.isEmpty(), refusals::toString);
  }

  private Enode listen(BlockingQueue<String> refusals, int... versions) throws Exception {
    RlpxListener listener =
        new RlpxListener(vertx, node(serverKey, versions), "127.0.0.1", 0, 5, accepted::add)
            .onRefused((address, why) -> refusals.add(why));
    return new Enode(serverKey.publicKey(), "127.0.0.1", await(listener.listen()));
  }

  @Test
  void shouldTakeNoMoreOfOneAddressThanItsBound() throws Exception {
    BlockingQueue<String> refusals = new LinkedBlockingQueue<>();
    InboundLimits bounds = new InboundLimits(9, 1, 0, false);
    RlpxListener listener =
        new RlpxListener(vertx, node(serverKey, 68), "127.0.0.1", 0, bounds, accepted::add)
            .onRefused((address, why) -> refusals.add(why));
    Enode enode = new Enode(serverKey.publicKey(), "127.0.0.1", await(listener.listen()));
    dial(enode, 68);
    RlpxConnection first = taken();
    assertThrows(ExecutionException.class, () -> dial(enode, 68));
    assertEquals("1 are connected from this address already", Await.next(refusals));
    CompletableFuture<String> closed = new CompletableFuture<>();
    first.open(message -> Future.succeededFuture(), closed::complete);
    first.close(DisconnectReason.REQUESTED);
    assertEquals("disconnected: requested", Await.value(closed));
  }
}
