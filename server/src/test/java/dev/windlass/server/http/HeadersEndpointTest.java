package dev.windlass.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.store.StoredChain;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HeadersEndpointTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 20, Shape.LATEST);
  private static final ChainMaker SIDE = CHAIN.forkAt(15, 2, 3);

  private Vertx vertx;
  private int port;

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    port = HeadersServer.serve(vertx, stored(CHAIN, SIDE, 0));
  }

  @AfterEach
  void stop() throws Exception {
    HeadersServer.await(vertx.close());
  }

  /** A store with a branch beside its chain. */
  private static ServedChain stored(ChainMaker chain, ChainMaker side, long floor) {
    MemoryBlockStore store = new MemoryBlockStore(chain.block(floor));
    store.insert(
        LongStream.rangeClosed(floor + 1, chain.head().number()).mapToObj(chain::block).toList(),
        true);
    store.insert(
        LongStream.rangeClosed(16, side.head().number()).mapToObj(side::block).toList(), false);
    return new StoredChain(store);
  }

  private JsonObject headers(String query) throws IOException {
    RawHttp.Reply reply = RawHttp.get(port, "/v1/headers" + query);
    assertEquals(200, reply.status(), reply.body());
    return new JsonObject(reply.body());
  }

  private static List<Long> numbers(JsonObject answer) {
    JsonArray headers = answer.getJsonArray("headers");
    List<Long> numbers = new ArrayList<>();
    for (int i = 0; i < headers.size(); i++) {
      numbers.add(headers.getJsonObject(i).getLong("number"));
    }
    return numbers;
  }

  private static List<Long> range(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  private static JsonObject block(BlockId id) {
    return new JsonObject().put("number", id.number()).put("hash", id.hash().toString());
  }

  @Test
  void shouldServeHeadersThatTheClientCanProve() throws IOException {
    JsonObject answer = headers("?locator=" + CHAIN.hashAt(18) + "," + CHAIN.hashAt(0));

    assertEquals(block(CHAIN.genesis()), answer.getJsonObject("lowest"));
    assertEquals(block(CHAIN.head()), answer.getJsonObject("tip"));
    assertEquals(List.of(19L, 20L), numbers(answer));
    Hash parent = CHAIN.hashAt(18);
    for (int i = 0; i < 2; i++) {
      JsonObject header = answer.getJsonArray("headers").getJsonObject(i);
      assertEquals(4, header.size());
      assertEquals(parent.toString(), header.getString("parentHash"));
      byte[] rlp = HexFormat.of().parseHex(header.getString("rlp").substring(2));
      parent = Keccak.hash(rlp);
      assertEquals(parent.toString(), header.getString("hash"));
    }
    assertEquals(CHAIN.head().hash(), parent);
  }

  @Test
  void shouldAnswerTheTwoSpecialCases() throws IOException {
    assertEquals(List.of(), numbers(headers("")));
    assertEquals(List.of(), numbers(headers("?stop=" + Hash.ZERO)));
    assertEquals(List.of(7L), numbers(headers("?stop=" + CHAIN.hashAt(7))));
    JsonObject beside = headers("?stop=" + SIDE.hashAt(17));
    assertEquals(
        SIDE.hashAt(17).toString(),
        beside.getJsonArray("headers").getJsonObject(0).getString("hash"));

    String locator = "?locator=" + CHAIN.hashAt(12);
    assertEquals(range(13, 20), numbers(headers(locator + "&stop=" + Hash.ZERO)));
    assertEquals(range(13, 20), numbers(headers(locator + "&stop=" + SIDE.hashAt(17))));
    assertEquals(range(13, 14), numbers(headers(locator + "&stop=" + CHAIN.hashAt(14))));
    assertEquals(range(13, 14), numbers(headers(locator + "&stop=14:" + CHAIN.hashAt(14))));
  }

  @Test
  void shouldServeAStoreThatBeginsAtAFloor() throws Exception {
    port = HeadersServer.serve(vertx, stored(CHAIN, SIDE, 10));

    JsonObject answer = headers("?locator=9:" + CHAIN.hashAt(9) + ",0:" + CHAIN.hashAt(0));
    assertEquals(range(11, 20), numbers(answer));
    assertEquals(block(new BlockId(10, CHAIN.hashAt(10))), answer.getJsonObject("lowest"));
    assertEquals(range(16, 20), numbers(headers("?locator=15:" + CHAIN.hashAt(15))));
    assertEquals(range(10, 10), numbers(headers("?stop=" + CHAIN.hashAt(10))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "?locator=|'' is no hash: expected 0x and 64 hexadecimal digits",
        "?locator=0x12|'0x12' is no hash: expected 0x and 64 hexadecimal digits",
        "?locator=HASH,|'' is no hash: expected 0x and 64 hexadecimal digits",
        "?locator=HASH,,HASH|'' is no hash: expected 0x and 64 hexadecimal digits",
        "?locator=7:|'' is no hash: expected 0x and 64 hexadecimal digits",
        "?locator=-7:HASH|'-7:HASH' is no hash: expected 0x and 64 hexadecimal digits",
        "?locator=9999999999999999999:HASH|'9999999999999999999:0xddd",
        "?locator=HASH%0aHASH|'HASH?0xddddd",
        "?stop=|'' is no hash: expected 0x and 64 hexadecimal digits",
        "?stop=HASH,HASH|'HASH,0xddddd",
        "?stop=HASH&stop=HASH|stop is given twice: expected once",
        "?locator=HASH&locator=HASH|locator is given twice: expected once",
        "?locators=HASH|unknown parameter 'locators': expected locator or stop",
        "?a%0ab=1|unknown parameter 'a?b': expected locator or stop",
        "?locator=%zz|the request was not understood",
      })
  void shouldSayInOneLineWhatIsWrong(String query, String reason) throws IOException {
    String hash = "0x" + "d".repeat(64);
    RawHttp.Reply reply = RawHttp.get(port, "/v1/headers" + query.replace("HASH", hash));

    assertEquals(400, reply.status(), reply.body());
    String error = new JsonObject(reply.body()).getString("error");
    assertTrue(error.startsWith(reason.replace("HASH", hash)), error);
    assertEquals(1, reply.body().lines().count());
  }

  @Test
  void shouldTakeAsManyEntriesAsBitcoinCore() throws IOException {
    List<String> entries =
        new ArrayList<>(Collections.nCopies(100, "999999999999999999:0x" + "d".repeat(64)));
    entries.add("18:" + CHAIN.hashAt(18));
    assertEquals(List.of(19L, 20L), numbers(headers("?locator=" + String.join(",", entries))));
    assertEquals(List.of(19L, 20L), numbers(headers("?locator=" + String.join("%2C", entries))));

    entries.add("0:" + CHAIN.hashAt(0));
    RawHttp.Reply reply = RawHttp.get(port, "/v1/headers?locator=" + String.join(",", entries));
    assertEquals(400, reply.status());
    assertEquals("{\"error\":\"the locator has more than 101 entries\"}\n", reply.body());

    String longer = "?locator=" + String.join(",", Collections.nCopies(300, entries.get(0)));
    assertEquals(414, RawHttp.get(port, "/v1/headers" + longer).status());
  }

  @Test
  void shouldRefuseOtherMethodsAndForeignNames() throws IOException {
    assertEquals(405, RawHttp.post(port, "/v1/headers", "{}").status());
    assertEquals(403, RawHttp.get(port, "/v1/headers", "Host: evil.example").status());
  }

  /** A chain that is reorganised by each read. */
  private static final class Turning implements ServedChain {
    private final ServedChain one = CHAIN;
    private final ServedChain other = SIDE;
    private int reads;

    private ServedChain chain() {
      return reads % 2 == 0 ? one : other;
    }

    @Override
    public BlockId lowest() {
      return chain().lowest();
    }

    @Override
    public BlockId head() {
      return chain().head();
    }

    @Override
    public OptionalLong numberOf(Hash hash) {
      return chain().numberOf(hash);
    }

    @Override
    public Hash hashAt(long number) {
      return chain().hashAt(number);
    }

    @Override
    public byte[] rawHeader(long number) {
      reads++;
      return chain().rawHeader(number);
    }

    @Override
    public byte[] rawBody(long number) {
      return chain().rawBody(number);
    }

    @Override
    public byte[] rawBlock(long number) {
      return chain().rawBlock(number);
    }
  }

  @Test
  void shouldSayThatTheChainIsReorganisedTooOften() throws Exception {
    port = HeadersServer.serve(vertx, new Turning());

    RawHttp.Reply reply = RawHttp.get(port, "/v1/headers?locator=" + CHAIN.hashAt(14));

    assertEquals(503, reply.status());
    assertEquals(
        "{\"error\":\"the chain was reorganised while it was read: ask again\"}\n", reply.body());
  }

  /** A chain whose reads wait for a permit. */
  private static final class Waiting implements ServedChain {
    private final Semaphore permits = new Semaphore(0);
    private final CountDownLatch firstReads = new CountDownLatch(1);
    private final List<Integer> atOnce = Collections.synchronizedList(new ArrayList<>());
    private int reading;

    @Override
    public BlockId lowest() {
      return CHAIN.lowest();
    }

    @Override
    public BlockId head() {
      synchronized (this) {
        reading++;
        atOnce.add(reading);
      }
      firstReads.countDown();
      permits.acquireUninterruptibly();
      synchronized (this) {
        reading--;
      }
      return CHAIN.head();
    }

    @Override
    public OptionalLong numberOf(Hash hash) {
      return CHAIN.numberOf(hash);
    }

    @Override
    public Hash hashAt(long number) {
      return CHAIN.hashAt(number);
    }

    @Override
    public byte[] rawHeader(long number) {
      return CHAIN.rawHeader(number);
    }

    @Override
    public byte[] rawBody(long number) {
      return CHAIN.rawBody(number);
    }

    @Override
    public byte[] rawBlock(long number) {
      return CHAIN.rawBlock(number);
    }
  }

  private Socket asking() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
    String request =
        "GET /v1/headers?locator=" + CHAIN.hashAt(18) + " HTTP/1.1\r\nHost: localhost\r\n";
    socket
        .getOutputStream()
        .write((request + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  @Test
  void shouldMakeNoMoreLargeAnswersAtOnceThanMayBe() throws Exception {
    Waiting chain = new Waiting();
    port = HeadersServer.serve(vertx, chain, new HttpLimits(10, 50_000, 50_000, 1));
    List<Socket> sockets = new ArrayList<>();
    sockets.add(asking());
    chain.firstReads.await();
    for (int i = 0; i < 4; i++) {
      sockets.add(asking());
    }
    assertEquals(200, RawHttp.get(port, "/livez").status());
    // One that waits and leaves loses its place. The rest is answered.
    sockets.remove(1).close();
    chain.permits.release(100);
    for (Socket socket : sockets) {
      String reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertTrue(reply.startsWith("HTTP/1.1 200 "), reply);
      socket.close();
    }
    assertTrue(chain.atOnce.size() >= 4, chain.atOnce::toString);
    assertEquals(1, Collections.max(chain.atOnce));
  }

  /** The client leaves without reading, and its slot becomes free. */
  @Test
  void shouldFreeTheSlotOfAConnectionThatCloses() throws Exception {
    ChainMaker wide = ChainMaker.of(1, 60, new Shape(0, 0, 15, 100_000));
    port = HeadersServer.serve(vertx, wide, new HttpLimits(10, 50_000, 50_000, 1));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String request =
          "GET /v1/headers?locator=" + wide.hashAt(0) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      assertEquals('H', socket.getInputStream().read());
    }
    JsonObject answer = headers("?locator=" + wide.hashAt(59));
    assertEquals(List.of(60L), numbers(answer));
  }
}
