package dev.windlass.wire.devp2p.eth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.fixtures.Await;
import dev.windlass.wire.devp2p.ConnectionLimits;
import dev.windlass.wire.devp2p.DisconnectReason;
import dev.windlass.wire.devp2p.RecordingHandler;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockRange;
import dev.windlass.wire.devp2p.eth.EthMessage.RangeStatus;
import dev.windlass.wire.devp2p.eth.EthMessage.Status;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.math.BigInteger;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** A session ends after an incompatible Status, no Status, or an invalid message. */
class EthSessionRefusalTest extends EthSessionRig {
  private void assertRefused(EthMessage status, String reason) throws Exception {
    connect(status instanceof RangeStatus ? 69 : 68);
    CompletableFuture<String> left = new CompletableFuture<>();
    theirs.open(message -> Future.succeededFuture(), left::complete);
    Future<EthSession> opening = opening(local, STATUS_MILLIS_MAX);
    sayThere(status);
    ExecutionException e = assertThrows(ExecutionException.class, () -> await(opening));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
    assertEquals("peer disconnected: subprotocol error", Await.value(left));
  }

  @Test
  void shouldRefuseAnotherNetwork() throws Exception {
    BigInteger difficulty = BigInteger.ONE;
    assertRefused(
        new Status(68, -1, difficulty, Hash.ZERO, local.genesis(), forks),
        "network 18446744073709551615, not 7332");
    BlockRange range = status69().range();
    assertRefused(new RangeStatus(69, 1, local.genesis(), forks, range), "network 1, not 7332");
  }

  @Test
  void shouldRefuseAnotherGenesis() throws Exception {
    Status said68 = status68();
    assertRefused(
        new Status(68, 7332, BigInteger.ONE, said68.head(), Hash.ZERO, forks),
        "genesis " + Hash.ZERO + ", not " + local.genesis());
    assertRefused(
        new RangeStatus(69, 7332, Hash.ZERO, forks, status69().range()),
        "genesis " + Hash.ZERO + ", not " + local.genesis());
  }

  @Test
  void shouldRefuseAStatusOfAnotherVersion() throws Exception {
    Status said68 = status68();
    assertRefused(
        new Status(67, 7332, BigInteger.ONE, said68.head(), local.genesis(), forks),
        "a Status of eth/67 on eth/68");
    assertRefused(
        new RangeStatus(70, 7332, local.genesis(), forks, status69().range()),
        "a Status of eth/70 on eth/69");
  }

  @Test
  void shouldRefuseAMessageBeforeTheStatus() throws Exception {
    assertRefused(
        new EthMessage.GetBlockHeaders(1, null, 5, 1, 0, true), "message 3 before the Status");
    assertRefused(new EthMessage.NewBlockHashes(List.of()), "message 1 before the Status");
  }

  @Test
  void shouldRefuseAStatusThatIsNone() throws Exception {
    connect(69);
    CompletableFuture<String> left = new CompletableFuture<>();
    theirs.open(message -> Future.succeededFuture(), left::complete);
    Future<EthSession> opening = opening(local, STATUS_MILLIS_MAX);
    // The Status of the version below.
    await(theirs.send(EthMessage.STATUS, new EthCodec(68).encode(status68())));
    ExecutionException e = assertThrows(ExecutionException.class, () -> await(opening));
    assertTrue(e.getMessage().contains("message 0: byte "), e.getMessage());
    assertEquals("peer disconnected: subprotocol error", Await.value(left));
  }

  @Test
  void shouldGiveUpWhenNoStatusComes() throws Exception {
    connect(69);
    CompletableFuture<String> left = new CompletableFuture<>();
    theirs.open(message -> Future.succeededFuture(), left::complete);
    Future<EthSession> opening = opening(local, 100);
    ExecutionException e = assertThrows(ExecutionException.class, () -> await(opening));
    assertTrue(e.getMessage().contains("no Status within 100 ms"), e.getMessage());
    assertEquals("peer disconnected: subprotocol error", Await.value(left));
  }

  @Test
  void shouldEndWhenTheOtherEndIsSilentAfterItsStatus() throws Exception {
    limits = new ConnectionLimits(5_000, 200, 600, 32 << 20);
    connect(68);
    Future<EthSession> opening = opening(local, STATUS_MILLIS_MAX);
    sayThere(status68());
    await(opening);
    // Its end was never opened, so it reads no bytes and answers no Ping, until one end times out.
    assertTrue(Await.value(said.closed).matches("silent for .*|peer disconnected: read timeout"));
  }

  /** btcd's TestPreVerackDisconnect. */
  @Test
  void shouldFailWhenTheOtherEndGoesBeforeItsStatus() throws Exception {
    connect(68);
    Future<EthSession> opening = opening(local, STATUS_MILLIS_MAX);
    theirs.open(message -> Future.succeededFuture(), reason -> {});
    await(theirs.close(DisconnectReason.CLIENT_QUITTING));
    ExecutionException e = assertThrows(ExecutionException.class, () -> await(opening));
    assertTrue(e.getMessage().contains("peer disconnected: client quitting"), e.getMessage());
    assertFalse(said.closed.isDone(), "the session was never handed over");
  }

  /** A fault of the code that handles messages. The same process goes on with other nodes. */
  @Test
  void shouldEndTheSessionAloneWhoseHandlerFails() throws Exception {
    connect(68);
    CompletableFuture<String> closed = new CompletableFuture<>();
    FailingHandler failing = new FailingHandler(closed);
    Promise<EthSession> opened = Promise.promise();
    vertx.runOnContext(
        ignored ->
            EthSession.open(vertx, ours, local, STATUS_MILLIS_MAX)
                .onSuccess(session -> session.start(failing))
                .onComplete(opened));
    listenThere();
    sayThere(status68());
    await(opened.future());
    sayThere(new EthMessage.NewBlockHashes(List.of(blocks.get(20).id())));
    assertEquals("planted", Await.value(closed));
    openWith(68);
    sayThere(new EthMessage.NewBlockHashes(List.of(blocks.get(20).id())));
    assertEquals(blocks.get(20).hash(), Await.next(said.heads).hash());
  }

  private static final class FailingHandler extends RecordingHandler implements EthSession.Handler {
    private final CompletableFuture<String> end;

    FailingHandler(CompletableFuture<String> end) {
      this.end = end;
    }

    @Override
    public void onHead(Head head) {
      throw new IllegalStateException("planted");
    }

    @Override
    public void onAnswer(String label, long requestId, List<byte[]> items) {}

    @Override
    public void onClosed(String reason) {
      end.complete(reason);
    }
  }

  /** btcd's TestDuplicateVersionMsg. */
  @Test
  void shouldEndOnASecondStatus() throws Exception {
    openWith(68);
    sayThere(status68());
    assertEquals("a second Status", Await.value(said.closed));
  }

  @Test
  void shouldEndWithTheReasonOnAMessageThatIsNone() throws Exception {
    openWith(68);
    await(theirs.send(EthMessage.BLOCK_HEADERS, new byte[] {(byte) 0xc1, (byte) 0x80}));
    assertTrue(Await.value(said.closed).startsWith("message 4: byte 2: "), said.closed::join);
  }

  @Test
  void shouldEndWithTheReasonOnANewBlockThatIsNone() throws Exception {
    openWith(68);
    sayThere(new EthMessage.NewBlock(new byte[] {(byte) 0xc0}, BigInteger.ONE));
    assertTrue(Await.value(said.closed).contains("byte "), said.closed::join);
  }
}
