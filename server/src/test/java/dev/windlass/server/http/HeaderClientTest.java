package dev.windlass.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderCatchUp;
import dev.windlass.chain.exchange.LocateHeaders;
import dev.windlass.chain.exchange.LocatedHeaders;
import dev.windlass.chain.exchange.OwnHeaders;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.node.JobFailedException;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.store.StoredChain;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that asks a real server over HTTP. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HeaderClientTest {
  private static final int QUESTIONS_MAX = 14;
  private static final ChainMaker CHAIN = ChainMaker.of(1, 12_000, Shape.EMPTY);
  private static final HeaderClient.Limits LIMITS = HeaderClient.Limits.DEFAULT;

  private Vertx vertx;
  private final AtomicInteger questions = new AtomicInteger();

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void stop() throws Exception {
    HeadersServer.await(vertx.close());
  }

  private static final class Headers implements OwnHeaders {
    private final List<BlockHeader> headers = new ArrayList<>();

    Headers(ChainMaker chain) {
      LongStream.rangeClosed(0, chain.head().number())
          .mapToObj(chain::header)
          .forEach(headers::add);
    }

    @Override
    public BlockId lowest() {
      return headers.get(0).id();
    }

    @Override
    public BlockId tip() {
      return headers.get(headers.size() - 1).id();
    }

    @Override
    public Hash hashAt(long number) {
      return headers.get((int) number).hash();
    }

    @Override
    public void replaceAbove(long common, List<BlockHeader> others) {
      headers.subList((int) common + 1, headers.size()).clear();
      headers.addAll(others);
    }
  }

  /** A stored chain, served by the endpoint. */
  private int serve(ChainMaker chain) throws Exception {
    BlockStore store = new MemoryBlockStore(chain.block(0));
    List<Block> blocks =
        LongStream.rangeClosed(1, chain.head().number()).mapToObj(chain::block).toList();
    store.insert(blocks, true);
    return HeadersServer.serve(vertx, counting(new StoredChain(store)));
  }

  /** The endpoint reads the head once for each question. */
  private ServedChain counting(StoredChain chain) {
    return new ServedChain() {
      @Override
      public BlockId lowest() {
        return chain.lowest();
      }

      @Override
      public BlockId head() {
        questions.incrementAndGet();
        return chain.head();
      }

      @Override
      public OptionalLong numberOf(Hash hash) {
        return chain.numberOf(hash);
      }

      @Override
      public Hash hashAt(long number) {
        return chain.hashAt(number);
      }

      @Override
      public byte[] rawHeader(long number) {
        return chain.rawHeader(number);
      }

      @Override
      public List<byte[]> rawHeaders(long lowest, int count) {
        return chain.rawHeaders(lowest, count);
      }

      @Override
      public byte[] rawBody(long number) {
        return chain.rawBody(number);
      }

      @Override
      public byte[] rawBlock(long number) {
        return chain.rawBlock(number);
      }
    };
  }

  private HeaderCatchUp catchUp(OwnHeaders own, int port, HeaderClient.Limits limits)
      throws Exception {
    return HeadersServer.await(new HeaderClient(vertx, "127.0.0.1", port, limits).catchUp(own));
  }

  /** Both sides have that many blocks which the other one lacks, or only the server has them. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 11, 12, 13, 100, 2_000, 5_000})
  void shouldCatchUpAfterADivergence(int blocks) throws Exception {
    long common = CHAIN.head().number() - blocks;
    ChainMaker fork = CHAIN.forkAt(common, 2, blocks + 1);
    int port = serve(fork);
    for (ChainMaker own : List.of(CHAIN, CHAIN.upTo(common), CHAIN.upTo(common + blocks / 2))) {
      questions.set(0);
      Headers headers = new Headers(own);

      HeaderCatchUp done = catchUp(headers, port, LIMITS);

      assertEquals(fork.head(), headers.tip());
      assertEquals(fork.head().number() + 1, headers.headers.size());
      assertEquals(blocks + 1, done.added());
      assertEquals(questions.get(), done.questions());
      assertTrue(questions.get() <= QUESTIONS_MAX, () -> questions + " questions");
    }
  }

  /** To read on from the first known block would take 17 questions. */
  @Test
  void shouldFindADeepCommonBlockInFewQuestions() throws Exception {
    ChainMaker longer = ChainMaker.of(1, 80_000, Shape.EMPTY);
    ChainMaker fork = longer.forkAt(47_000, 2, 5);
    Headers headers = new Headers(longer);

    HeaderCatchUp done = catchUp(headers, HeadersServer.serve(vertx, fork), LIMITS);

    assertEquals(fork.head(), headers.tip());
    assertEquals(2, done.questions());
  }

  @Test
  void shouldAskNoMoreOnceItHasTheTip() throws Exception {
    Headers headers = new Headers(CHAIN);
    assertEquals(0, catchUp(headers, serve(CHAIN), LIMITS).added());
    assertEquals(1, questions.get());
  }

  @Test
  void shouldGetTheHeaderOfOneHash() throws Exception {
    HeaderClient client = new HeaderClient(vertx, "127.0.0.1", serve(CHAIN));
    LocateHeaders.Entry block = LocateHeaders.Entry.of(CHAIN.hashAt(700));
    LocatedHeaders answer =
        HeadersServer.await(client.ask(new LocateHeaders(List.of(), Optional.of(block))));
    assertEquals(List.of(CHAIN.header(700)), answer.headers());
  }

  private int serve(Consumer<HttpServerRequest> handler) throws Exception {
    return HeadersServer.await(
            vertx.createHttpServer().requestHandler(handler::accept).listen(0, "127.0.0.1"))
        .actualPort();
  }

  /** One line that names the server, and the client has what it had. */
  private void assertRefuses(int port, HeaderClient.Limits limits, String reason) {
    Headers headers = new Headers(CHAIN.upTo(100));
    Throwable failure =
        assertThrows(ExecutionException.class, () -> catchUp(headers, port, limits)).getCause();
    assertEquals(JobFailedException.class, failure.getClass(), failure::toString);
    String line = failure.getMessage();
    assertTrue(line.startsWith("127.0.0.1:" + port + ": "), line);
    assertTrue(line.contains(reason), line);
    assertEquals(1, line.lines().count(), line);
    assertEquals(new Headers(CHAIN.upTo(100)).headers, headers.headers);
  }

  private static String answer(ChainMaker chain, List<Long> numbers) {
    return HeadersJson.encode(
            new LocatedHeaders(
                chain.genesis(), chain.head(), numbers.stream().map(chain::header).toList()))
        .toString();
  }

  private void assertRefuses(String body, String reason) throws Exception {
    int port = serve(request -> request.response().end(body));
    assertRefuses(port, LIMITS, reason);
  }

  @Test
  void shouldRefuseHeadersThatDoNotLink() throws Exception {
    assertRefuses(answer(CHAIN, List.of(101L, 102L, 104L)), "does not follow its header 102 ");
  }

  @Test
  void shouldRefuseAChainThatEndsInAnUnknownBlock() throws Exception {
    ChainMaker other = ChainMaker.of(1L << 40, 300, Shape.EMPTY);
    assertRefuses(answer(other, List.of(101L, 102L)), "joins none of the headers from 0 to 100");
    assertRefuses(serve(other), LIMITS, "its chain, from block 0 to 300, joins none");
  }

  @Test
  void shouldRefuseAnotherHeaderThanTheAnswerNames() throws Exception {
    String body = answer(CHAIN, List.of(101L, 102L));
    String other = ChainMaker.of(1L << 40, 1, Shape.EMPTY).hashAt(1).toString();
    assertRefuses(body.replace(CHAIN.hashAt(102).toString(), other), "is that of block 102 ");
    assertRefuses(body.replace("\"number\":101", "\"number\":103"), "is that of block 101 ");
    String rlp = "\"rlp\":\"0x";
    assertRefuses(body.replace(rlp, rlp + "00"), "does not decode");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nothing",
        "{}",
        "[]",
        "{\"headers\":7}",
        "{\"headers\":[7]}",
        "{\"headers\":[]}",
        "{\"headers\":[],\"lowest\":{},\"tip\":{}}"
      })
  void shouldRefuseAnAnswerThatIsNone(String body) throws Exception {
    assertRefuses(body, "its answer is no answer about headers");
  }

  @Test
  void shouldShowTheErrorOfTheServer() throws Exception {
    int port =
        serve(request -> request.response().setStatusCode(503).end("{\"error\":\"not now\"}\n"));
    assertRefuses(port, LIMITS, "it answers with 503: {\"error\":\"not now\"}");
  }

  private void pour(HttpServerResponse response) {
    response.write(Buffer.buffer(new byte[1_000])).onSuccess(done -> pour(response));
  }

  @Test
  void shouldEndAnEndlessAnswer() throws Exception {
    int port = serve(request -> pour(request.response().setChunked(true)));
    assertRefuses(port, new HeaderClient.Limits(100_000, 600_000), "has over 100000 bytes");
  }

  @Test
  void shouldEndAnAnswerThatTakesTooLong() throws Exception {
    int port = serve(request -> request.response().setChunked(true).write(" "));
    assertRefuses(port, new HeaderClient.Limits(100_000, 300), "it is too slow");
  }

  @Test
  void shouldSayThatAnAnswerBreaksOff() throws Exception {
    int port =
        serve(
            request ->
                request
                    .response()
                    .setChunked(true)
                    .write("{")
                    .onSuccess(done -> request.connection().close()));
    assertRefuses(port, LIMITS, "its answer breaks off");
  }

  @Test
  void shouldSayThatNoServerIsThere() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    assertRefuses(port, LIMITS, "it is not reached");
  }
}
