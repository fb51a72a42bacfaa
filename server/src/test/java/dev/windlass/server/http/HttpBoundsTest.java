package dev.windlass.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.downloader.Pictures;
import dev.windlass.fixtures.Await;
import dev.windlass.node.NodeConfig;
import dev.windlass.node.RpcBoard;
import dev.windlass.node.StackTraces;
import dev.windlass.node.SyncView;
import dev.windlass.p2p.PeerDirectory;
import dev.windlass.server.http.HttpCounts.Why;
import dev.windlass.sim.ChainMaker;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What slow, large and many requests get; over sockets, byte by byte. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HttpBoundsTest {
  private static final int LONG_MILLIS = 600_000;
  private static final String HEAD = "POST /v1/heads HTTP/1.1\r\nHost: localhost\r\n";

  private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

  private final HttpCounts counts = new HttpCounts();
  private StackTraces traces;
  private Vertx vertx;

  @BeforeEach
  void start() {
    traces = new StackTraces();
    vertx = Vertx.vertx();
  }

  @AfterEach
  void stop() throws Exception {
    Await.value(vertx.close().toCompletionStage());
    traces.close();
    assertEquals(List.of(), traces.found());
  }

  private int listen(int connectionsMax, long requestMillisMax, long idleMillisMax)
      throws Exception {
    NodeConfig.Http config =
        new NodeConfig.Http("127.0.0.1", 0, Optional.empty(), List.of("localhost"));
    HttpApi.Sources sources =
        new HttpApi.Sources(
            () -> Pictures.idle(7),
            () -> new SyncView(7, OptionalLong.of(0), OptionalLong.of(0), true),
            Map::of,
            new PeerDirectory(),
            List::of,
            ChainMaker.of(1, 9, ChainMaker.Shape.EMPTY),
            new NoControl(),
            new RpcBoard(),
            counts);
    HttpLimits limits = new HttpLimits(connectionsMax, requestMillisMax, idleMillisMax, 1);
    return Await.value(new HttpApi(vertx, config, sources, limits).listen().toCompletionStage())
        .actualPort();
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String chunk(int bytes) {
    return Integer.toHexString(bytes) + "\r\n" + " ".repeat(bytes) + "\r\n";
  }

  private static String readAll(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }

  /** Reads one answer, and leaves the connection as it is. */
  private static String answer(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder answer = new StringBuilder();
    int bodyBytes = -1;
    int end = -1;
    while (end < 0 || answer.length() < end + bodyBytes) {
      int next = in.read();
      assertTrue(next >= 0, () -> "it ended after " + answer);
      answer.append((char) next);
      if (end < 0 && answer.indexOf("\r\n\r\n") >= 0) {
        end = answer.length();
        Matcher length = CONTENT_LENGTH.matcher(answer);
        assertTrue(length.find(), answer::toString);
        bodyBytes = Integer.parseInt(length.group(1));
      }
    }
    return answer.toString();
  }

  /** It was 400, with a stack trace in the log each time. */
  @Test
  void shouldRefuseALargeBodyWhoseLengthIsNotSaid() throws Exception {
    int port = listen(10, LONG_MILLIS, LONG_MILLIS);
    for (List<Integer> chunks : List.of(List.of(1_025), List.of(1_000, 25), List.of(90_000, 9))) {
      try (Socket socket = connect(port)) {
        say(socket, HEAD + "Transfer-Encoding: chunked\r\n\r\n");
        for (int bytes : chunks) {
          say(socket, chunk(bytes));
        }
        say(socket, "0\r\n\r\n");
        String reply = readAll(socket);
        assertTrue(reply.startsWith("HTTP/1.1 413 "), reply);
        assertTrue(reply.contains("larger than 1024 bytes"), reply);
      }
    }
  }

  @Test
  void shouldTakeAChunkedBodyOfAllThatMayBe() throws Exception {
    int port = listen(10, LONG_MILLIS, LONG_MILLIS);
    try (Socket socket = connect(port)) {
      String body = "{\"hash\": \"" + Pictures.HEAD + "\"}";
      say(socket, HEAD + "Transfer-Encoding: chunked\r\n\r\n");
      say(socket, chunk(1_024 - body.length()));
      say(socket, Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n");
      String reply = answer(socket);
      assertTrue(reply.startsWith("HTTP/1.1 202 "), reply);
    }
  }

  /** The answer comes before the body has ended; the rest of it has its time, and no more. */
  @Test
  void shouldAnswerAtOnceThatABodyIsTooLarge() throws Exception {
    int port = listen(10, LONG_MILLIS, 200);
    try (Socket socket = connect(port)) {
      say(socket, HEAD + "Content-Length: 1000000\r\n\r\n" + " ".repeat(2_000));
      assertTrue(answer(socket).startsWith("HTTP/1.1 413 "));
      assertEnds(socket);
    }
  }

  /** Each was an error in the log, with a stack trace. */
  @Test
  void shouldRefuseAPathWithABrokenEscapeInOneLine() throws Exception {
    int port = listen(10, LONG_MILLIS, LONG_MILLIS);
    try (Socket socket = connect(port)) {
      for (String path : List.of("/%zz", "/v1/heads/%", "/v1/%c3%zz", "/readyz?minPeers=%zz")) {
        say(socket, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        String reply = answer(socket);
        assertTrue(reply.startsWith("HTTP/1.1 400 "), reply);
        assertTrue(reply.contains("{\"error\":\"the request was not understood\"}"), reply);
      }
    }
  }

  private static void assertEnds(Socket socket) throws IOException {
    try {
      assertEquals(-1, socket.getInputStream().read());
    } catch (SocketException e) {
      // A reset is an end too.
      assertTrue(e.getMessage().contains("reset"), e::toString);
    }
  }

  /** Writes a drop now and then until the other end closes. */
  private void dripUntilClosed(Socket socket, String beginning, String drop) throws IOException {
    say(socket, beginning);
    long timer =
        vertx.setPeriodic(
            20,
            id -> {
              try {
                say(socket, drop);
              } catch (IOException e) {
                vertx.cancelTimer(id);
              }
            });
    assertEnds(socket);
    vertx.cancelTimer(timer);
  }

  @Test
  void shouldEndAConnectionThatDrips() throws Exception {
    int port = listen(10, 300, LONG_MILLIS);
    List<String> beginnings =
        List.of(
            "",
            "GET /livez HTTP/1.1\r\n",
            HEAD + "Content-Length: 1000\r\n\r\n",
            HEAD + "Transfer-Encoding: chunked\r\n\r\n");
    List<String> drops = List.of("\n", "X-A: b\r\n", " ", "1\r\n \r\n");
    for (int i = 0; i < beginnings.size(); i++) {
      try (Socket socket = connect(port)) {
        dripUntilClosed(socket, beginnings.get(i), drops.get(i));
      }
      assertEquals(i + 1, counts.count(Why.SLOW), beginnings.get(i));
    }
  }

  @Test
  void shouldEndAConnectionThatSaysNothing() throws Exception {
    int port = listen(10, 200, LONG_MILLIS);
    try (Socket socket = connect(port)) {
      assertEnds(socket);
    }
    assertEquals(1, counts.count(Why.SLOW));
  }

  @Test
  void shouldKeepAConnectionForTheNextRequestAndEndItWhenNoneComes() throws Exception {
    int port = listen(10, LONG_MILLIS, 500);
    try (Socket socket = connect(port)) {
      for (int i = 0; i < 3; i++) {
        say(socket, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
        assertTrue(answer(socket).startsWith("HTTP/1.1 200 "));
      }
      assertEquals(0, counts.count(Why.IDLE));
      dripUntilClosed(socket, "GET /li", "v");
    }
    assertEquals(1, counts.count(Why.IDLE));
    assertEquals(0, counts.count(Why.SLOW));
  }

  @Test
  void shouldOpenNoMoreConnectionsThanMayBe() throws Exception {
    int port = listen(3, LONG_MILLIS, LONG_MILLIS);
    List<Socket> open = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Socket socket = connect(port);
      say(socket, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
      assertTrue(answer(socket).startsWith("HTTP/1.1 200 "));
      open.add(socket);
    }
    try (Socket fourth = connect(port)) {
      assertEnds(fourth);
    }
    assertEquals(1, counts.count(Why.TOO_MANY));

    // A closed connection makes room as soon as the server notices it.
    open.remove(0).close();
    boolean isIn = false;
    while (!isIn) {
      try (Socket next = connect(port)) {
        say(next, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
        isIn = next.getInputStream().read() >= 0;
      } catch (SocketException e) {
        // Not yet.
      }
    }
    for (Socket socket : open) {
      socket.close();
    }
  }
}
