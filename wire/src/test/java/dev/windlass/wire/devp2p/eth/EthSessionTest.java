package dev.windlass.wire.devp2p.eth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.ListedChain;
import dev.windlass.chain.exchange.Question;
import dev.windlass.fixtures.Await;
import dev.windlass.wire.devp2p.DisconnectReason;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockRange;
import dev.windlass.wire.devp2p.eth.EthMessage.RangeStatus;
import dev.windlass.wire.devp2p.eth.EthMessage.Status;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The questions, answers and announcements of a session. */
class EthSessionTest extends EthSessionRig {
  /** The messages claim lists of 10 MiB. Their content is never decoded. */
  @Test
  void shouldNotUnpackALargeAnswerThatNobodyWaitsFor() throws Exception {
    openWith(68);
    for (int code : new int[] {EthMessage.BLOCK_HEADERS, EthMessage.BLOCK_BODIES}) {
      byte[] payload = new byte[10 << 20];
      byte[] beginning = {(byte) 0xfa, (byte) 0x9f, (byte) 0xff, (byte) 0xfc, (byte) UNAWAITED};
      System.arraycopy(beginning, 0, payload, 0, beginning.length);
      await(theirs.send(code, payload));
      String label = Await.next(said.unawaited);
      assertEquals(EthCodec.answered(code).orElseThrow(), label);
    }
    assertEquals(0, said.headers.size() + said.bodies.size());
    assertFalse(said.closed.isDone());
  }

  @Test
  void shouldExchangeAStatusWithTotalDifficulty() throws Exception {
    connect(68);
    Future<EthSession> opening = opening(local, STATUS_MILLIS_MAX);
    BlockingQueue<EthMessage> heard = listenThere();
    Hash head = blocks.get(49).hash();
    BigInteger difficulty = BigInteger.valueOf(1_000_000);
    assertEquals(
        new Status(68, 7332, difficulty, head, blocks.get(0).hash(), forks), Await.next(heard));
    sayThere(status68());
    EthSession.Remote remote = await(opening).remote();
    assertEquals(
        new EthSession.Remote(
            68,
            new Head(
                blocks.get(9).hash(), Head.NUMBER_UNKNOWN, Optional.of(BigInteger.valueOf(77))),
            0,
            forks),
        remote);
  }

  @Test
  void shouldExchangeAStatusWithARange() throws Exception {
    connect(69);
    Future<EthSession> opening = opening(local, STATUS_MILLIS_MAX);
    BlockingQueue<EthMessage> heard = listenThere();
    BlockRange range = new BlockRange(0, 49, blocks.get(49).hash());
    assertEquals(new RangeStatus(69, 7332, blocks.get(0).hash(), forks, range), Await.next(heard));
    sayThere(status69());
    assertEquals(
        new EthSession.Remote(69, Head.of(blocks.get(9).hash(), 9), 3, forks),
        await(opening).remote());
  }

  @ParameterizedTest
  @ValueSource(ints = {66, 67, 68, 69})
  void shouldAskAndAnswerBetweenTwoOfOurs(int version) throws Exception {
    connect(version);
    Future<EthSession> opening = opening(local, STATUS_MILLIS_MAX);
    Future<EthSession> other = EthSession.open(vertx, theirs, local);
    EthSession session = await(opening);
    await(other).start(new Said());
    session.ask(31, new Question.Headers(HeaderQuery.byNumber(40, 10)));
    session.ask(32, new Question.Headers(HeaderQuery.byHash(blocks.get(2).hash(), 10)));
    List<BlockHeader> headers = blocks.stream().map(Block::header).toList();
    session.ask(33, new Question.Bodies(headers.subList(5, 25)));
    assertEquals(new Said.Headers(31, 10), Await.next(said.headers));
    assertEquals(new Said.Headers(32, 3), Await.next(said.headers));
    assertEquals(new Said.Headers(33, 20), Await.next(said.bodies));
    await(session.send(new EthMessage.GetBlockBodies(34, List.of(Hash.ZERO))));
    assertEquals(new Said.Headers(34, 0), Await.next(said.bodies));
  }

  /** A handler that falls behind, and notes by how many messages. */
  private static final class Behind implements EthSession.Handler {
    final BlockingQueue<Promise<Void>> undone = new LinkedBlockingQueue<>();
    final AtomicInteger waiting = new AtomicInteger();
    final AtomicInteger waitingMax = new AtomicInteger();

    @Override
    public void onAnswer(String label, long requestId, List<byte[]> items) {}

    @Override
    public void onHead(Head head) {
      waitingMax.accumulateAndGet(waiting.incrementAndGet(), Math::max);
    }

    @Override
    public Future<Void> dealtWith() {
      Promise<Void> promise = Promise.promise();
      undone.add(promise);
      return promise.future();
    }

    @Override
    public void onClosed(String reason) {}
  }

  @Test
  void shouldReadNoFurtherThanOneMessageAheadOfWhoeverDealsWithThem() throws Exception {
    connect(68);
    Behind behind = new Behind();
    Promise<EthSession> opened = Promise.promise();
    vertx.runOnContext(
        ignored ->
            EthSession.open(vertx, ours, local, STATUS_MILLIS_MAX)
                .onSuccess(session -> session.start(behind))
                .onComplete(opened));
    listenThere();
    sayThere(status68());
    await(opened.future());
    for (int i = 0; i < 100; i++) {
      sayThere(new EthMessage.NewBlockHashes(List.of(blocks.get(i % 50).id())));
    }
    for (int i = 0; i < 100; i++) {
      Promise<Void> promise = Await.next(behind.undone);
      behind.waiting.decrementAndGet();
      promise.complete();
    }
    assertTrue(behind.waitingMax.get() <= 2, () -> behind.waitingMax + " at once");
  }

  /** geth announces each 32nd block, and none of those after the last announced one. */
  @Test
  void shouldHearOfBlocksThatAreNotAnnouncedWhenItAsks() throws Exception {
    connect(69);
    Future<EthSession> opening = opening(local, STATUS_MILLIS_MAX);
    BlockingQueue<EthMessage> heard = listenThere();
    sayThere(status69());
    EthSession session = await(opening);
    assertInstanceOf(RangeStatus.class, Await.next(heard));

    session.askNewer();
    assertEquals(
        new EthMessage.GetBlockHeaders(HeadProbe.REQUEST_ID, null, 9, 65, 0, false),
        Await.next(heard));
    session.askNewer();
    List<byte[]> newer = blocks.subList(9, 41).stream().map(b -> b.header().raw()).toList();
    sayThere(new EthMessage.BlockHeaders(HeadProbe.REQUEST_ID, newer));
    assertEquals(new Head(blocks.get(40).hash(), 40, Optional.empty()), Await.next(said.heads));

    session.askNewer();
    assertEquals(
        new EthMessage.GetBlockHeaders(HeadProbe.REQUEST_ID, null, 40, 65, 0, false),
        Await.next(heard),
        "one question at a time");
    sayThere(
        new EthMessage.BlockHeaders(HeadProbe.REQUEST_ID, List.of(blocks.get(40).header().raw())));
    sayThere(new EthMessage.BlockRangeUpdate(new BlockRange(3, 20, blocks.get(20).hash())));
    assertEquals(blocks.get(20).id(), Await.next(said.otherHeads));
    assertEquals(3, session.earliest(), "it has pruned three blocks meanwhile");
    session.askNewer();
    assertEquals(
        new EthMessage.GetBlockHeaders(HeadProbe.REQUEST_ID, null, 20, 65, 0, false),
        Await.next(heard),
        "after a reorg it asks from there");
    assertEquals(0, said.headers.size());
  }

  /** After the merge, no block is announced over eth/66 to eth/68, though the messages exist. */
  @ParameterizedTest
  @ValueSource(ints = {66, 67, 68})
  void shouldAskWhereTheChainEndsBefore69UntilABlockIsAnnounced(int version) throws Exception {
    connect(version);
    Future<EthSession> opening = opening(local, STATUS_MILLIS_MAX);
    BlockingQueue<EthMessage> heard = listenThere();
    sayThere(
        new Status(version, 7332, BigInteger.TEN, blocks.get(9).hash(), local.genesis(), forks));
    EthSession session = await(opening);
    assertInstanceOf(Status.class, Await.next(heard));
    session.askNewer();
    EthServer theirServer = new EthServer(new ListedChain(blocks.subList(0, 13)));
    for (int i = 0; i < 2; i++) {
      sayThere(theirServer.headers((EthMessage.GetBlockHeaders) Await.next(heard)));
    }
    assertEquals(new Head(blocks.get(12).hash(), 12, Optional.empty()), Await.next(said.heads));
    assertEquals(12, session.headNumber());

    session.askNewer();
    assertInstanceOf(EthMessage.GetBlockHeaders.class, Await.next(heard));
    sayThere(new EthMessage.NewBlockHashes(List.of(blocks.get(13).id())));
    assertEquals(13, Await.next(said.heads).number());
    assertEquals(13, session.headNumber());
    sayThere(new EthMessage.BlockHeaders(HeadProbe.REQUEST_ID, List.of()));
    session.askNewer();
    sayThere(new EthMessage.GetBlockHeaders(9, null, 4, 2, 0, true));
    assertInstanceOf(EthMessage.BlockHeaders.class, Await.next(heard), "it is not asked any more");
    assertEquals(0, session.unseenBlocks());
  }

  /** eth/69 has no announcement for it. */
  @Test
  void shouldHearOfAReorgToTheSameHeightAndToALowerOne() throws Exception {
    connect(69);
    Future<EthSession> opening = opening(local, STATUS_MILLIS_MAX);
    BlockingQueue<EthMessage> heard = listenThere();
    sayThere(status69());
    EthSession session = await(opening);
    assertInstanceOf(RangeStatus.class, Await.next(heard));

    List<Block> other = TestBlocks.fork(blocks, 8, 1, 2);
    EthServer theirServer = new EthServer(new ListedChain(other));
    session.askNewer();
    sayThere(theirServer.headers((EthMessage.GetBlockHeaders) Await.next(heard)));
    assertEquals(other.get(9).id(), Await.next(said.otherHeads));

    List<Block> lower = TestBlocks.fork(blocks, 5, 2, 3);
    EthServer lowerServer = new EthServer(new ListedChain(lower));
    session.askNewer();
    sayThere(lowerServer.headers((EthMessage.GetBlockHeaders) Await.next(heard)));
    // The search goes on without a pause.
    sayThere(lowerServer.headers((EthMessage.GetBlockHeaders) Await.next(heard)));
    assertEquals(lower.get(7).id(), Await.next(said.otherHeads));
    assertEquals(0, said.heads.size());
  }

  /** Questions of geth's conformance suite. It expects answers, and no disconnect. */
  @Test
  void shouldStayOpenWhenNumbersOf64BitsCome() throws Exception {
    connect(69);
    Future<EthSession> opening = opening(local, STATUS_MILLIS_MAX);
    BlockingQueue<EthMessage> heard = listenThere();
    BlockRange far = new BlockRange(0, -1, Hash.ZERO);
    sayThere(new RangeStatus(69, 7332, local.genesis(), forks, far));
    assertEquals(Head.NUMBER_UNKNOWN, await(opening).remote().head().number());
    assertInstanceOf(RangeStatus.class, Await.next(heard));
    for (int i = 0; i < 10; i++) {
      sayThere(new EthMessage.GetBlockHeaders(i, null, -1, 1, -1, i % 2 == 0));
      assertEquals(new EthMessage.BlockHeaders(i, List.of()), Await.next(heard));
    }
    sayThere(new EthMessage.BlockRangeUpdate(far));
    sayThere(new EthMessage.BlockRangeUpdate(new BlockRange(-1, -1, Hash.ZERO)));
    List<Hash> asked = new ArrayList<>(Collections.nCopies(5_000, Hash.ZERO));
    asked.set(0, blocks.get(7).hash());
    sayThere(new EthMessage.GetBlockBodies(11, asked));
    EthMessage.BlockBodies bodies =
        assertInstanceOf(EthMessage.BlockBodies.class, Await.next(heard));
    assertEquals(1, bodies.items().size());
    assertEquals(0, said.heads.size());
    assertTrue(!said.closed.isDone());
  }

  @Test
  void shouldHandOverAnswersWithTheIdTheyClaimAndStayOpen() throws Exception {
    EthSession session = openWith(68);
    session.ask(5, new Question.Headers(HeaderQuery.byNumber(9, 2)));
    sayThere(new EthMessage.BlockHeaders(6, List.of()));
    sayThere(new EthMessage.BlockBodies(5, List.of()));
    sayThere(new EthMessage.BlockHeaders(5, List.of(blocks.get(9).header().raw())));
    assertEquals(new Said.Headers(6, 0), Await.next(said.headers));
    assertEquals(new Said.Headers(5, 0), Await.next(said.bodies));
    assertEquals(new Said.Headers(5, 1), Await.next(said.headers));
    assertTrue(!said.closed.isDone());
  }

  @Test
  void shouldHearOfHeadsUntil68() throws Exception {
    openWith(68);
    Block head = blocks.get(20);
    sayThere(new EthMessage.NewBlock(head.rawBlock(), BigInteger.valueOf(500)));
    assertEquals(
        new Head(head.hash(), 20, Optional.of(BigInteger.valueOf(500))), Await.next(said.heads));
    sayThere(
        new EthMessage.NewBlockHashes(
            List.of(blocks.get(21).id(), new BlockId(23, Hash.ZERO), blocks.get(22).id())));
    assertEquals(new Head(Hash.ZERO, 23, Optional.empty()), Await.next(said.heads));
    assertEquals(
        List.of(blocks.get(21).hash(), Hash.ZERO, blocks.get(22).hash()),
        Await.next(said.announced));
    sayThere(new EthMessage.NewBlockHashes(List.of()));
    sayThere(new EthMessage.NewBlockHashes(List.of(blocks.get(24).id())));
    assertEquals(24, Await.next(said.heads).number());
  }

  @Test
  void shouldHearOfHeadsSince69() throws Exception {
    openWith(69);
    Hash hash = blocks.get(30).hash();
    sayThere(new EthMessage.BlockRangeUpdate(new BlockRange(0, 30, hash)));
    assertEquals(new Head(hash, 30, Optional.empty()), Await.next(said.heads));
  }

  @Test
  void shouldAnswerWithNothingWhatWeDoNotKeepAndPassOverTransactions() throws Exception {
    connect(69);
    Future<EthSession> opening = opening(local, STATUS_MILLIS_MAX);
    BlockingQueue<EthMessage> heard = listenThere();
    sayThere(status69());
    await(opening);
    assertInstanceOf(RangeStatus.class, Await.next(heard));
    byte[] question = new EthCodec(69).encode(new EthMessage.GetBlockBodies(8, List.of()));
    await(theirs.send(EthMessage.TRANSACTIONS, new byte[] {(byte) 0xc0}));
    await(theirs.send(EthMessage.GET_RECEIPTS, question));
    assertEquals(new EthMessage.Ignored(EthMessage.RECEIPTS), Await.next(heard));
    sayThere(new EthMessage.GetBlockHeaders(9, null, 4, 2, 0, true));
    EthMessage.BlockHeaders answer =
        assertInstanceOf(EthMessage.BlockHeaders.class, Await.next(heard));
    assertEquals(9, answer.requestId());
    assertEquals(2, answer.items().size());
  }

  /** Transactions, NewPooledTransactionHashes and PooledTransactions, of five megabytes. */
  @ParameterizedTest
  @ValueSource(ints = {0x02, 0x08, 0x0a})
  void shouldPassOverLargeTransactionsUnread(int code) throws Exception {
    connect(69);
    Future<EthSession> opening = opening(local, STATUS_MILLIS_MAX);
    BlockingQueue<EthMessage> heard = listenThere();
    sayThere(status69());
    await(opening);
    assertInstanceOf(RangeStatus.class, Await.next(heard));
    byte[] large = new byte[5 << 20];
    large[0] = (byte) 0xfa; // A list whose length is wrong, which a reader would refuse.
    await(theirs.send(code, large));
    sayThere(new EthMessage.GetBlockHeaders(9, null, 4, 2, 0, true));
    EthMessage.BlockHeaders answer =
        assertInstanceOf(EthMessage.BlockHeaders.class, Await.next(heard));
    assertEquals(9, answer.requestId());
  }

  @Test
  void shouldSayOnceThatItIsClosedWhenItWasClosedBeforeTheStart() throws Exception {
    connect(68);
    Promise<EthSession> opened = Promise.promise();
    vertx.runOnContext(
        ignored -> EthSession.open(vertx, ours, local, STATUS_MILLIS_MAX).onComplete(opened));
    CompletableFuture<String> left = new CompletableFuture<>();
    theirs.open(message -> Future.succeededFuture(), left::complete);
    sayThere(status68());
    EthSession session = await(opened.future());
    session.close(DisconnectReason.REQUESTED);
    Await.value(left);
    session.start(said);
    assertEquals("disconnected: requested", Await.value(said.closed));
  }
}
