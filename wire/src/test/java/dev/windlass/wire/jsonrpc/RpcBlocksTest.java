package dev.windlass.wire.jsonrpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.ListedChain;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.fixtures.Opened;
import dev.windlass.wire.jsonrpc.RpcNode.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Headers and bodies from a JSON-RPC node over real sockets. */
@Timeout(60)
class RpcBlocksTest {
  private static final List<Block> BLOCKS =
      TestBlocks.linked(0, Hash.ZERO, 401, block -> block.transactions.add(transaction()));
  private static final ServedChain CHAIN = new ListedChain(BLOCKS);

  @RegisterExtension private final Opened opened = new Opened();
  private final Vertx vertx = Vertx.vertx();
  private final RpcNode node = opened.with(new RpcNode(CHAIN));
  private final Seen seen = new Seen();
  private final AtomicLong bytes = new AtomicLong();
  private final RpcBlocks blocks = blocks(node.url());

  private static final class Seen implements RpcBlocks.Observer {
    private final List<RpcFailure.Kind> limits = new CopyOnWriteArrayList<>();
    private final List<String> unknown = new CopyOnWriteArrayList<>();
    private final List<String> unlinked = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Head> heads = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

    @Override
    public void onHead(Head head) {
      heads.add(head);
    }

    @Override
    public void onEnd(String reason) {
      ends.add(reason);
    }

    @Override
    public void onLimit(RpcFailure limit) {
      limits.add(limit.kind());
    }

    @Override
    public void onUnknown(String what) {
      unknown.add(what);
    }

    @Override
    public void onUnlinked(String what) {
      unlinked.add(what);
    }
  }

  /** A legacy one of nine fields. */
  private static byte[] transaction() {
    RlpWriter out = new RlpWriter().beginList();
    for (int field = 1; field <= 9; field++) {
      if (field == 4) {
        out.string(new byte[20]);
      } else {
        out.integer(field);
      }
    }
    return out.endList().toBytes();
  }

  private RpcBlocks blocks(String url) {
    opened.with(() -> await(vertx.close()));
    return RpcClients.unlimited(vertx).open(RpcUrl.parse(url), seen, bytes::addAndGet);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static void assertHeaders(long from, long count, List<byte[]> raws) {
    assertEquals(count, raws.size());
    for (int i = 0; i < count; i++) {
      assertArrayEquals(CHAIN.rawHeader(from - i), raws.get(i));
    }
  }

  private static List<BlockHeader> headers(long from, long to) {
    List<BlockHeader> headers = new ArrayList<>();
    for (long number = from; number <= to; number++) {
      headers.add(BLOCKS.get((int) number).header());
    }
    return headers;
  }

  @ParameterizedTest
  @CsvSource({"400,400", "400,401", "10,300", "0,5", "250,1"})
  void shouldGiveHeadersByNumberDownToTheGenesis(long from, int count) throws Exception {
    List<byte[]> raws = await(blocks.headers(HeaderQuery.byNumber(from, count)));
    assertHeaders(from, Math.min(count, from + 1), raws);
    assertTrue(bytes.get() > 0);
  }

  @Test
  void shouldGiveTheGenesisAndTheChainId() throws Exception {
    RpcGenesis genesis = await(blocks.genesis());
    assertEquals(CHAIN.hashAt(0), genesis.block().hash());
    assertArrayEquals(CHAIN.rawBlock(0), genesis.block().rawBlock());
    assertEquals(31337, genesis.chainId().getAsLong());
  }

  @Test
  void shouldGiveNoGenesisWhoseHeaderHasAnotherHash() throws Exception {
    node.twist((method, block) -> block.put("gasLimit", "0x1"));
    assertThrows(ExecutionException.class, () -> await(blocks.genesis()));
    assertTrue(seen.unknown.get(0).contains("has another hash than"), seen.unknown::toString);
  }

  /** As geth does, which takes far longer for the same from its usual methods. */
  @Test
  void shouldCallTheQuickMethodsThatANodeHas() throws Exception {
    node.offerRaw().offerHeaders();
    await(blocks.findQuickMethods(0));
    assertHeaders(400, 100, await(blocks.headers(HeaderQuery.byNumber(400, 100))));
    HeaderQuery byHash = new HeaderQuery(CHAIN.hashAt(300), -1, 50);
    assertHeaders(300, 50, await(blocks.headers(byHash)));
    assertBodies(1, 100, await(blocks.bodies(headers(1, 100))));
    assertEquals(0, node.calls("eth_getBlockByNumber"));
    assertEquals(0, node.calls("eth_getBlockByHash"));
    assertEquals(100, node.calls("debug_getRawBlock"));
  }

  /** Several nodes may answer at one address. */
  @Test
  void shouldCallTheUsualMethodsWhenANodeHasLostTheQuickOnes() throws Exception {
    node.offerRaw().offerHeaders();
    await(blocks.findQuickMethods(0));
    node.offerNothing();
    assertHeaders(400, 100, await(blocks.headers(HeaderQuery.byNumber(400, 100))));
    HeaderQuery byHash = new HeaderQuery(CHAIN.hashAt(300), -1, 50);
    assertHeaders(300, 50, await(blocks.headers(byHash)));
    assertBodies(1, 100, await(blocks.bodies(headers(1, 100))));
    long tried = node.calls("debug_getRawBlock");
    assertBodies(1, 100, await(blocks.bodies(headers(1, 100))));
    assertEquals(tried, node.calls("debug_getRawBlock"));
  }

  /** Some nodes refuse a whole batch because of one method. */
  @Test
  void shouldDoWithTheUsualMethodsIfANodeRefusesTheProbe() throws Exception {
    node.refuse(() -> Optional.of(new Refusal(403, "", "")));
    await(blocks.findQuickMethods(0));
    node.refuse(Optional::empty);
    assertHeaders(400, 100, await(blocks.headers(HeaderQuery.byNumber(400, 100))));
    assertEquals(100, node.calls("eth_getBlockByNumber"));
  }

  private static void assertBodies(long from, long to, List<byte[]> bodies) {
    assertEquals(to - from + 1, bodies.size());
    for (long number = from; number <= to; number++) {
      assertArrayEquals(CHAIN.rawBody(number), bodies.get((int) (number - from)));
    }
  }

  @ParameterizedTest
  @CsvSource({"300,300", "300,-1", "1,-1"})
  void shouldGiveHeadersByHash(long from, long fromNumber) throws Exception {
    HeaderQuery query = new HeaderQuery(CHAIN.hashAt(from), fromNumber, 50);
    assertHeaders(from, Math.min(50, from + 1), await(blocks.headers(query)));
  }

  @Test
  void shouldGiveNothingThatTheNodeLacks() throws Exception {
    assertEquals(List.of(), await(blocks.headers(HeaderQuery.byNumber(500, 20))));
    HeaderQuery unknown = HeaderQuery.byHash(BLOCKS.get(1).header().stateRoot(), 20);
    assertEquals(List.of(), await(blocks.headers(unknown)));
    List<BlockHeader> asked = List.of(BLOCKS.get(3).header(), TestBlocks.genesis().header());
    node.serve(new ListedChain(BLOCKS.subList(3, 5)));
    List<byte[]> bodies = await(blocks.bodies(asked));
    assertArrayEquals(CHAIN.rawBody(3), bodies.get(0));
    assertArrayEquals(new byte[] {(byte) 0xc0}, bodies.get(1));
  }

  @Test
  void shouldGiveBodies() throws Exception {
    assertBodies(1, 100, await(blocks.bodies(headers(1, 100))));
  }

  @Test
  void shouldGiveTheSameOverAWebSocket() throws Exception {
    RpcBlocks socket = blocks(node.webSocketUrl());
    assertHeaders(400, 300, await(socket.headers(HeaderQuery.byNumber(400, 300))));
    List<byte[]> bodies = await(socket.bodies(headers(1, 100)));
    assertArrayEquals(CHAIN.rawBody(100), bodies.get(99));
  }

  @Test
  void shouldHearOfNewHeadsUntilTheSocketEnds() throws Exception {
    RpcBlocks socket = blocks(node.webSocketUrl());
    await(socket.subscribe());
    node.announce();
    assertEquals(Head.of(CHAIN.head().hash(), 400), seen.heads.poll(20, TimeUnit.SECONDS));
    node.cut();
    assertTrue(seen.ends.poll(20, TimeUnit.SECONDS).startsWith("it has closed the connection"));
    assertThrows(ExecutionException.class, () -> await(socket.head("latest")));
  }

  @Test
  void shouldSayWhoTheNodeIs() throws Exception {
    RpcBlocks.Greeting greeting = await(blocks.greet(7));
    assertEquals("test/1", greeting.client());
    assertEquals(CHAIN.head().hash(), greeting.head().orElseThrow().hash());
    assertEquals(CHAIN.hashAt(7), greeting.root().orElseThrow().hash());
  }

  /** Each row is what a client or a provider says over its limit. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "413 |                                                      | TOO_LARGE",
        "200 | {'error':{'code':-32600,'message':'batch too large'}} | TOO_LARGE",
        "200 | [{'id':0,'error':{'code':-32003,'message':'size'}}]   | TOO_LARGE",
        "200 | [{'id':0,'error':{'code':-32002,'message':'time'}}]   | TOO_LARGE",
      })
  void shouldAskForLessIfABatchIsTooLarge(int status, String body, RpcFailure.Kind kind)
      throws Exception {
    String text = body == null ? "" : body.replace('\'', '"');
    node.limit(size -> size > 10 ? Optional.of(new Refusal(status, "", text)) : Optional.empty());
    assertHeaders(300, 300, await(blocks.headers(HeaderQuery.byNumber(300, 300))));
    assertTrue(seen.limits.stream().allMatch(kind::equals), seen.limits::toString);
    assertTrue(node.batches().stream().allMatch(size -> size <= 10));
    int refused = seen.limits.size();
    assertHeaders(300, 300, await(blocks.headers(HeaderQuery.byNumber(300, 300))));
    assertEquals(refused, seen.limits.size(), "the bound is known now");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "429 | 1 |                                                  ",
        "429 |   |                                                  ",
        "503 |   |                                                  ",
        "200 |   | {'error':{'code':-32005,'message':'slow down'}}  ",
        "200 |   | [{'id':0,'error':{'code':429,'message':'slow'}}] ",
      })
  void shouldWaitIfTheNodeWantsFewerCalls(int status, String retryAfter, String body)
      throws Exception {
    AtomicInteger refusals = new AtomicInteger(1);
    String text = body == null ? "" : body.replace('\'', '"');
    Refusal refusal = new Refusal(status, retryAfter == null ? "" : retryAfter, text);
    node.refuse(() -> refusals.getAndDecrement() > 0 ? Optional.of(refusal) : Optional.empty());
    assertHeaders(20, 20, await(blocks.headers(HeaderQuery.byNumber(20, 20))));
    assertEquals(List.of(RpcFailure.Kind.RATE_LIMITED), seen.limits);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 | nothing  | REFUSED | HTTP 401",
        "500 | nothing  | BROKEN  | HTTP 500",
        "200 | nothing  | BROKEN  | its answer is no JSON",
        "200 | 7        | BROKEN  | its answer is no answer of JSON-RPC",
        "200 | []       | BROKEN  | it answers only some calls of a batch",
        "200 | {'error':{'code':-32700,'message':'what'}} | BROKEN |"
            + " it answers a batch with the error -32700 (what)",
      })
  void shouldFailWithTheReason(int status, String body, RpcFailure.Kind kind, String message) {
    node.refuse(() -> Optional.of(new Refusal(status, "", body.replace('\'', '"'))));
    ExecutionException thrown =
        assertThrows(
            ExecutionException.class, () -> await(blocks.headers(HeaderQuery.byNumber(20, 20))));
    RpcFailure failure = assertInstanceOf(RpcFailure.class, thrown.getCause());
    assertEquals(kind, failure.kind());
    assertEquals(message, failure.getMessage());
  }

  /** Headers of another chain may have fields that are not known here. */
  @Test
  void shouldAskForBytesIfAHeaderCannotBeRebuilt() throws Exception {
    node.twist((method, block) -> block.put("gasUsed", "0x1"));
    assertEquals(List.of(), await(blocks.headers(HeaderQuery.byNumber(20, 20))));
    assertFalse(seen.unknown.isEmpty());
    assertEquals(20, node.calls("debug_getRawHeader"));
    await(blocks.headers(HeaderQuery.byNumber(20, 20)));
    assertEquals(20, node.calls("debug_getRawHeader"), "the node does not offer it");
  }

  /** The number of the first header is not known, so it is asked for alone before. */
  @Test
  void shouldTakeTheBytesOfAHeaderOfUnknownNumber() throws Exception {
    node.offerRaw().twist((method, block) -> block.put("gasUsed", "0x1"));
    List<byte[]> raws = await(blocks.headers(HeaderQuery.byHash(CHAIN.hashAt(20), 20)));
    assertHeaders(20, 20, raws);
  }

  @Test
  void shouldTakeTheBytesOfHeadersAndBodiesThatCannotBeRebuilt() throws Exception {
    node.offerRaw()
        .twist(
            (method, block) -> {
              block.getJsonArray("transactions").forEach(RpcBlocksTest::changeType);
              return block.put("gasUsed", "0x1");
            });
    assertHeaders(20, 20, await(blocks.headers(HeaderQuery.byNumber(20, 20))));
    List<byte[]> bodies = await(blocks.bodies(headers(1, 20)));
    for (int i = 0; i < 20; i++) {
      assertArrayEquals(CHAIN.rawBody(i + 1), bodies.get(i));
    }
    assertEquals(List.of(), seen.unknown);
  }

  private static void changeType(Object transaction) {
    if (transaction instanceof JsonObject object) {
      object.put("type", "0x7e");
    }
  }

  /** As hardhat serves them after hardhat_mine. */
  @Test
  void shouldEndWhereTheNodesChainDoesNotLink() throws Exception {
    List<Block> broken = new ArrayList<>(BLOCKS.subList(0, 11));
    broken.addAll(TestBlocks.linked(11, Hash.ZERO, 10));
    node.serve(new ListedChain(broken));
    List<byte[]> raws = await(blocks.headers(HeaderQuery.byNumber(20, 20)));
    assertEquals(10, raws.size());
    assertEquals(1, seen.unlinked.size());
  }

  @Test
  void shouldGiveTheHeadByItsTag() throws Exception {
    node.tags(Map.of("finalized", 300L));
    assertEquals(300, await(blocks.head("finalized")).orElseThrow().number());
    assertEquals(400, await(blocks.head("latest")).orElseThrow().number());
  }

  /** The last is this machine too, but as an address that is not known as such. */
  @ParameterizedTest
  @CsvSource({"127.0.0.1, false", "localhost, false", "[::ffff:127.0.0.1], true"})
  void shouldAskForPackedAnswersFromAnotherMachineOnly(String host, boolean isPacked)
      throws Exception {
    RpcBlocks named = blocks(node.url().replace("127.0.0.1", host));
    assertEquals(400, await(named.head("latest")).orElseThrow().number());
    assertEquals(isPacked, node.encodings().get(0).contains("gzip"), node.encodings()::toString);
  }

  @Test
  void shouldSendUserAndPassword() throws Exception {
    RpcBlocks named = blocks(node.url().replace("http://", "http://me:secret@") + "/key");
    await(named.head("latest"));
    assertEquals(List.of("Basic bWU6c2VjcmV0"), node.authorizations());
  }
}
