package dev.windlass.wire.devp2p.eth60;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.ListedChain;
import dev.windlass.chain.exchange.Question;
import dev.windlass.fixtures.Await;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.ConnectionLimits;
import dev.windlass.wire.devp2p.DisconnectReason;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.NodeOf2015;
import dev.windlass.wire.devp2p.RecordingHandler;
import dev.windlass.wire.devp2p.RlpxConnection;
import dev.windlass.wire.devp2p.RlpxDialer;
import dev.windlass.wire.devp2p.RlpxListener;
import dev.windlass.wire.devp2p.eth60.Eth60Message.BlockHashes;
import dev.windlass.wire.devp2p.eth60.Eth60Message.Blocks;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlockHashes;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlockHashesFromNumber;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlocks;
import dev.windlass.wire.devp2p.eth60.Eth60Message.NewBlock;
import dev.windlass.wire.devp2p.eth60.Eth60Message.NewBlockHashes;
import dev.windlass.wire.devp2p.eth60.Eth60Message.Status;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.network.ForkSchedule;
import dev.windlass.wire.network.LocalChain;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sessions over real sockets on the loopback address. The test determines the messages of the other
 * end.
 */
final class HashSessionTest {
  private static final long STATUS_MILLIS_MAX = 10_000;
  private static final BigInteger DIFFICULTY = BigInteger.valueOf(1_000_000);

  private final Vertx vertx = Vertx.vertx();
  private final SecureRandom random = new SecureRandom();
  private final List<Block> blocks =
      TestBlocks.linked(0, Hash.ZERO, 50, block -> block.transactionOf(3));
  private final LocalChain local =
      new LocalChain(
          7332,
          blocks.get(0).hash(),
          new ListedChain(blocks),
          new ForkSchedule(blocks.get(0).hash(), 0, List.of(), List.of()),
          head -> DIFFICULTY);
  private final Said said = new Said();
  private final NodeOf2015 old = new NodeOf2015(vertx, 60);

  private RlpxConnection ours;
  private RlpxConnection theirs;

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return Await.value(future.toCompletionStage());
  }

  /** The messages that a session delivered. */
  private static final class Said extends RecordingHandler implements HashSession.Handler {
    final BlockingQueue<List<Hash>> hashes = new LinkedBlockingQueue<>();
    final BlockingQueue<List<byte[]>> blocks = new LinkedBlockingQueue<>();
    final BlockingQueue<Long> asked = new LinkedBlockingQueue<>();

    @Override
    public void onAsked(long items) {
      asked.add(items);
    }

    @Override
    public void onAnswer(String label, List<byte[]> items) {
      if (label.equals(Question.BLOCKS)) {
        blocks.add(items);
      } else {
        hashes.add(items.stream().map(Hash::of).toList());
      }
    }
  }

  private LocalNode node(NodeKey key, int version) {
    return LocalNode.of(key, "windlass/test", List.of(Capability.eth(version)), 0)
        .with(ConnectionLimits.DEFAULT);
  }

  private Enode listen(int version, CompletableFuture<RlpxConnection> accepted) throws Exception {
    NodeKey key = NodeKey.random(random);
    RlpxListener listener =
        new RlpxListener(vertx, node(key, version), "127.0.0.1", 0, 1, accepted::complete);
    return new Enode(key.publicKey(), "127.0.0.1", await(listener.listen()));
  }

  private Future<RlpxConnection> dial(Enode enode, int version) {
    LocalNode dialling = node(NodeKey.random(random), version);
    Promise<RlpxConnection> dialled = Promise.promise();
    vertx.runOnContext(
        ignored -> new RlpxDialer(vertx, dialling).connect(enode).onComplete(dialled));
    return dialled.future();
  }

  private void connect(int version) throws Exception {
    CompletableFuture<RlpxConnection> accepted = new CompletableFuture<>();
    ours = await(dial(listen(version, accepted), version));
    theirs = Await.value(accepted);
  }

  /** Opens the local end. */
  private Future<HashSession> opening(long statusMillisMax) {
    Promise<HashSession> opened = Promise.promise();
    vertx.runOnContext(
        ignored ->
            HashSession.open(vertx, ours, local, statusMillisMax)
                .onSuccess(session -> session.start(said))
                .onComplete(opened));
    return opened.future();
  }

  /**
   * Opens the other end, which reads every message. The queue has the messages that it receives.
   */
  private BlockingQueue<Eth60Message> listenThere() {
    BlockingQueue<Eth60Message> heard = new LinkedBlockingQueue<>();
    theirs.open(
        message -> {
          heard.add(Eth60Codec.decode(message.code(), message.payload()));
          return Future.succeededFuture();
        },
        reason -> {});
    return heard;
  }

  private void sayThere(Eth60Message message) throws Exception {
    await(theirs.send(message.code(), Eth60Codec.encode(message)));
  }

  private Status status(int version) {
    return new Status(version, 7332, BigInteger.valueOf(77), blocks.get(9).hash(), local.genesis());
  }

  /** Opens both ends. Returns the messages that the other end receives after the Status. */
  private BlockingQueue<Eth60Message> openWith(int version) throws Exception {
    connect(version);
    Future<HashSession> opening = opening(STATUS_MILLIS_MAX);
    BlockingQueue<Eth60Message> heard = listenThere();
    sayThere(status(version));
    await(opening);
    assertEquals(Status.class, Await.next(heard).getClass());
    return heard;
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 61})
  void shouldExchangeAStatus(int version) throws Exception {
    connect(version);
    Future<HashSession> opening = opening(STATUS_MILLIS_MAX);
    BlockingQueue<Eth60Message> heard = listenThere();
    assertEquals(
        new Status(version, 7332, DIFFICULTY, blocks.get(49).hash(), blocks.get(0).hash()),
        Await.next(heard));
    sayThere(status(version));
    assertEquals(
        new HashSession.Remote(
            version,
            new Head(
                blocks.get(9).hash(),
                dev.windlass.chain.Head.NUMBER_UNKNOWN,
                Optional.of(BigInteger.valueOf(77)))),
        await(opening).remote());
  }

  private void askAndAnswer(HashSession session) throws Exception {
    session.ask(new Question.Hashes(blocks.get(40).hash(), 3));
    session.ask(new Question.Hashes(Hash.ZERO, 3));
    session.ask(
        new Question.Blocks(List.of(blocks.get(7).hash(), Hash.ZERO, blocks.get(3).hash())));
    session.ask(new Question.Blocks(List.of(Hash.ZERO)));
    assertEquals(
        List.of(blocks.get(39).hash(), blocks.get(38).hash(), blocks.get(37).hash()),
        Await.next(said.hashes));
    assertEquals(List.of(), Await.next(said.hashes));
    assertEquals(
        List.of(7L, 3L),
        Await.next(said.blocks).stream().map(raw -> Block.decode(raw).number()).toList());
    assertEquals(List.of(), Await.next(said.blocks));
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 61})
  void shouldAskAndAnswerBetweenTwoOfOurs(int version) throws Exception {
    connect(version);
    Future<HashSession> opening = opening(STATUS_MILLIS_MAX);
    await(HashSession.open(vertx, theirs, local)).start(new Said());
    askAndAnswer(await(opening));
  }

  @Test
  void shouldAskANodeOf2015InItsOwnForm() throws Exception {
    ours = await(dial(await(old.listen()), 60));
    theirs = await(old.accepted());
    Future<HashSession> opening = opening(STATUS_MILLIS_MAX);
    await(HashSession.open(vertx, theirs, local)).start(new Said());
    askAndAnswer(await(opening));
  }

  @Test
  void shouldServeANodeOf2015ThatConnects() throws Exception {
    CompletableFuture<RlpxConnection> accepted = new CompletableFuture<>();
    Future<RlpxConnection> dialled = old.dial(listen(60, accepted));
    ours = Await.value(accepted);
    theirs = await(dialled);
    assertEquals(4, theirs.hello().version());
    Future<HashSession> opening = opening(STATUS_MILLIS_MAX);
    await(HashSession.open(vertx, theirs, local)).start(new Said());
    askAndAnswer(await(opening));
  }

  @Test
  void shouldServeHashesFromANumberIn61() throws Exception {
    BlockingQueue<Eth60Message> heard = openWith(61);
    sayThere(new GetBlockHashesFromNumber(47, 100));
    assertEquals(
        new BlockHashes(blocks.subList(47, 50).stream().map(Block::hash).toList()),
        Await.next(heard));
  }

  @Test
  void shouldEndOnAMessageThatIsOf61In60() throws Exception {
    openWith(60);
    sayThere(new GetBlockHashesFromNumber(47, 100));
    assertEquals("message code 24", Await.value(said.closed));
  }

  private void assertRefused(Eth60Message first, String reason) throws Exception {
    connect(61);
    CompletableFuture<String> left = new CompletableFuture<>();
    theirs.open(message -> Future.succeededFuture(), left::complete);
    Future<HashSession> opening = opening(STATUS_MILLIS_MAX);
    sayThere(first);
    ExecutionException e = assertThrows(ExecutionException.class, () -> await(opening));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
    assertEquals("peer disconnected: subprotocol error", Await.value(left));
  }

  @Test
  void shouldRefuseAnotherGenesis() throws Exception {
    assertRefused(
        new Status(61, 7332, DIFFICULTY, Hash.ZERO, Hash.ZERO),
        "genesis " + Hash.ZERO + ", not " + local.genesis());
  }

  @Test
  void shouldRefuseAnotherNetwork() throws Exception {
    assertRefused(new Status(61, 1, DIFFICULTY, Hash.ZERO, local.genesis()), "network 1, not 7332");
  }

  @Test
  void shouldRefuseAStatusOfAnotherVersion() throws Exception {
    assertRefused(status(60), "a Status of eth/60 on eth/61");
  }

  @Test
  void shouldRefuseAMessageBeforeTheStatus() throws Exception {
    assertRefused(new BlockHashes(List.of()), "message 4 before the Status");
    assertRefused(new GetBlocks(List.of()), "message 5 before the Status");
  }

  @Test
  void shouldRefuseAStatusThatIsNone() throws Exception {
    connect(61);
    CompletableFuture<String> left = new CompletableFuture<>();
    theirs.open(message -> Future.succeededFuture(), left::complete);
    Future<HashSession> opening = opening(STATUS_MILLIS_MAX);
    await(theirs.send(0, new byte[] {(byte) 0xc1, (byte) 0x80}));
    ExecutionException e = assertThrows(ExecutionException.class, () -> await(opening));
    assertTrue(e.getMessage().contains("message 0: byte "), e.getMessage());
    assertEquals("peer disconnected: subprotocol error", Await.value(left));
  }

  @Test
  void shouldGiveUpWhenNoStatusComes() throws Exception {
    connect(60);
    CompletableFuture<String> left = new CompletableFuture<>();
    theirs.open(message -> Future.succeededFuture(), left::complete);
    Future<HashSession> opening = opening(100);
    ExecutionException e = assertThrows(ExecutionException.class, () -> await(opening));
    assertTrue(e.getMessage().contains("no Status within 100 ms"), e.getMessage());
    assertEquals("peer disconnected: subprotocol error", Await.value(left));
  }

  /** btcd's TestDuplicateVersionMsg. */
  @Test
  void shouldEndOnASecondStatus() throws Exception {
    openWith(61);
    sayThere(status(61));
    assertEquals("a second Status", Await.value(said.closed));
  }

  @Test
  void shouldEndWithTheReasonOnAMessageThatIsNone() throws Exception {
    openWith(60);
    await(theirs.send(4, new byte[] {(byte) 0xc1, (byte) 0x80}));
    assertTrue(Await.value(said.closed).startsWith("message 4: byte "), said.closed::join);
  }

  @Test
  void shouldEndOnMoreBlocksThanAnyServerSends() throws Exception {
    openWith(60);
    byte[] empty = {(byte) 0xc0};
    sayThere(new Blocks(Collections.nCopies(Eth60Codec.BLOCKS_MAX, empty)));
    assertEquals(Eth60Codec.BLOCKS_MAX, Await.next(said.blocks).size());
    sayThere(new Blocks(Collections.nCopies(Eth60Codec.BLOCKS_MAX + 1, empty)));
    assertTrue(Await.value(said.closed).endsWith("more than 1024 items"), said.closed::join);
  }

  @Test
  void shouldAnswerWithinItsLimitsHoweverMuchIsAskedFor() throws Exception {
    BlockingQueue<Eth60Message> heard = openWith(60);
    List<Hash> few = blocks.stream().map(Block::hash).toList();
    List<Hash> many = Collections.nCopies(Eth60Codec.HASHES_MAX, few.get(30));
    sayThere(new GetBlocks(many));
    assertEquals(128, ((Blocks) Await.next(heard)).items().size());
    sayThere(new GetBlockHashes(few.get(49), Long.MAX_VALUE));
    assertEquals(49, ((BlockHashes) Await.next(heard)).hashes().size());
    assertFalse(said.closed.isDone());
  }

  @Test
  void shouldCountTheItemsOfEachQuestionUpToItsLimit() throws Exception {
    openWith(61);
    Hash top = blocks.get(49).hash();
    sayThere(new GetBlockHashes(top, 3));
    sayThere(new GetBlockHashes(top, -1));
    sayThere(new GetBlockHashesFromNumber(47, 5));
    sayThere(new GetBlockHashesFromNumber(47, 1 << 20));
    sayThere(new GetBlocks(List.of(top, top)));
    for (long count : new long[] {3, 2_048, 5, 2_048, 2}) {
      assertEquals(count, Await.next(said.asked));
    }
  }

  @Test
  void shouldHandOverWhatNobodyAskedForAndStayOpen() throws Exception {
    openWith(60);
    sayThere(new BlockHashes(Collections.nCopies(Eth60Codec.HASHES_MAX, Hash.ZERO)));
    sayThere(new Blocks(List.of(blocks.get(4).rawBlock())));
    assertEquals(Eth60Codec.HASHES_MAX, Await.next(said.hashes).size());
    assertEquals(1, Await.next(said.blocks).size());
    assertFalse(said.closed.isDone());
  }

  @Test
  void shouldHearOfHeads() throws Exception {
    openWith(61);
    Block head = blocks.get(20);
    sayThere(new NewBlock(head, BigInteger.valueOf(500)));
    assertEquals(
        new Head(head.hash(), 20, Optional.of(BigInteger.valueOf(500))), Await.next(said.heads));
    sayThere(new NewBlockHashes(List.of()));
    sayThere(new NewBlockHashes(List.of(blocks.get(21).hash(), blocks.get(22).hash())));
    assertEquals(new Head(blocks.get(22).hash(), -1, Optional.empty()), Await.next(said.heads));
    assertEquals(List.of(blocks.get(21).hash(), blocks.get(22).hash()), Await.next(said.announced));
  }

  @Test
  void shouldPassOverTransactionsUnread() throws Exception {
    BlockingQueue<Eth60Message> heard = openWith(60);
    await(theirs.send(2, new byte[] {1, 2, 3}));
    sayThere(new GetBlockHashes(blocks.get(1).hash(), 5));
    assertEquals(new BlockHashes(List.of(blocks.get(0).hash())), Await.next(heard));
  }

  @Test
  void shouldSayOnceThatItIsClosedWhenItWasClosedBeforeTheStart() throws Exception {
    connect(60);
    Promise<HashSession> opened = Promise.promise();
    vertx.runOnContext(
        ignored -> HashSession.open(vertx, ours, local, STATUS_MILLIS_MAX).onComplete(opened));
    CompletableFuture<String> left = new CompletableFuture<>();
    theirs.open(message -> Future.succeededFuture(), left::complete);
    sayThere(status(60));
    HashSession session = await(opened.future());
    session.close(DisconnectReason.REQUESTED);
    Await.value(left);
    session.start(said);
    assertEquals("disconnected: requested", Await.value(said.closed));
  }
}
