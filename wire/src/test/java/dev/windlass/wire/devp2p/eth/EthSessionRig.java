package dev.windlass.wire.devp2p.eth;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.ListedChain;
import dev.windlass.chain.exchange.Question;
import dev.windlass.fixtures.Await;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.ConnectionLimits;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.RecordingHandler;
import dev.windlass.wire.devp2p.RlpxConnection;
import dev.windlass.wire.devp2p.RlpxDialer;
import dev.windlass.wire.devp2p.RlpxListener;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockRange;
import dev.windlass.wire.devp2p.eth.EthMessage.RangeStatus;
import dev.windlass.wire.devp2p.eth.EthMessage.Status;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.network.ForkHash;
import dev.windlass.wire.network.ForkSchedule;
import dev.windlass.wire.network.LocalChain;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;

/**
 * A session over a real socket on the loopback address. The test determines the messages of the
 * other end.
 */
abstract class EthSessionRig {
  static final long UNAWAITED = 77;

  static final long STATUS_MILLIS_MAX = 10_000;

  final Vertx vertx = Vertx.vertx();
  final SecureRandom random = new SecureRandom();
  final List<Block> blocks = TestBlocks.linked(0, Hash.ZERO, 50, block -> block.transactionOf(3));
  final ForkHash forks = schedule(blocks).at(0, 0);
  final LocalChain local = local(blocks);
  final Said said = new Said();

  ConnectionLimits limits = ConnectionLimits.DEFAULT;
  RlpxConnection ours;
  RlpxConnection theirs;

  static ForkSchedule schedule(List<Block> blocks) {
    return new ForkSchedule(blocks.get(0).hash(), 0, List.of(9_999L), List.of());
  }

  static LocalChain local(List<Block> blocks) {
    return new LocalChain(
        7332,
        blocks.get(0).hash(),
        new ListedChain(blocks),
        schedule(blocks),
        head -> BigInteger.valueOf(1_000_000));
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  static <T> T await(Future<T> future) throws Exception {
    return Await.value(future.toCompletionStage());
  }

  /** What a session handed over. */
  static final class Said extends RecordingHandler implements EthSession.Handler {
    record Headers(long requestId, int count) {}

    final BlockingQueue<Headers> headers = new LinkedBlockingQueue<>();
    final BlockingQueue<Headers> bodies = new LinkedBlockingQueue<>();
    final BlockingQueue<String> unawaited = new LinkedBlockingQueue<>();
    final BlockingQueue<BlockId> otherHeads = new LinkedBlockingQueue<>();

    @Override
    public void onAnswer(String label, long requestId, List<byte[]> items) {
      (label.equals(Question.BODIES) ? bodies : headers).add(new Headers(requestId, items.size()));
    }

    @Override
    public boolean isAwaited(String label, long requestId) {
      return requestId != UNAWAITED;
    }

    @Override
    public void onUnawaited(String label, long requestId) {
      unawaited.add(label);
    }

    @Override
    public void onOtherHead(Head head) {
      otherHeads.add(new BlockId(head.number(), head.hash()));
    }
  }

  void connect(int version) throws Exception {
    NodeKey key = NodeKey.random(random);
    CompletableFuture<RlpxConnection> accepted = new CompletableFuture<>();
    RlpxListener listener =
        new RlpxListener(vertx, node(key, version), "127.0.0.1", 0, 1, accepted::complete);
    int port = await(listener.listen());
    Enode enode = new Enode(key.publicKey(), "127.0.0.1", port);
    LocalNode dialling = node(NodeKey.random(random), version);
    Promise<RlpxConnection> dialled = Promise.promise();
    vertx.runOnContext(
        ignored -> new RlpxDialer(vertx, dialling).connect(enode).onComplete(dialled));
    ours = await(dialled.future());
    theirs = Await.value(accepted);
  }

  LocalNode node(NodeKey key, int version) {
    return LocalNode.of(key, "windlass/test", List.of(Capability.eth(version)), 0).with(limits);
  }

  /** Opens the local end. */
  Future<EthSession> opening(LocalChain chain, long statusMillisMax) {
    Promise<EthSession> opened = Promise.promise();
    vertx.runOnContext(
        ignored ->
            EthSession.open(vertx, ours, chain, statusMillisMax)
                .onSuccess(session -> session.start(said))
                .onComplete(opened));
    return opened.future();
  }

  /**
   * Opens the other end, which reads every message. The queue has the messages that it receives.
   */
  BlockingQueue<EthMessage> listenThere() {
    BlockingQueue<EthMessage> heard = new LinkedBlockingQueue<>();
    EthCodec codec = new EthCodec(theirs.capability().version());
    theirs.open(
        message -> {
          heard.add(codec.decode(message.code(), message.payload()));
          return Future.succeededFuture();
        },
        reason -> {});
    return heard;
  }

  void sayThere(EthMessage message) throws Exception {
    EthCodec codec = new EthCodec(theirs.capability().version());
    await(theirs.send(message.code(), codec.encode(message)));
  }

  Status status68() {
    return new Status(
        68, 7332, BigInteger.valueOf(77), blocks.get(9).hash(), local.genesis(), forks);
  }

  RangeStatus status69() {
    BlockRange range = new BlockRange(3, 9, blocks.get(9).hash());
    return new RangeStatus(69, 7332, local.genesis(), forks, range);
  }

  EthMessage status(int version) {
    return version == 69 ? status69() : status68();
  }

  EthSession openWith(int version) throws Exception {
    connect(version);
    Future<EthSession> opening = opening(local, STATUS_MILLIS_MAX);
    listenThere();
    sayThere(status(version));
    return await(opening);
  }
}
