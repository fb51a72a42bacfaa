package dev.windlass.server.interop;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Year;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When a node reported each of its heads over WebSocket, to be compared with a log of Windlass. */
final class HeardHeads implements AutoCloseable {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(20);
  private static final Pattern CONNECTED =
      Pattern.compile("TRACE\\[(\\S+)] Connected +number=([\\d,]+) ");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd|HH:mm:ss.SSS", Locale.ROOT);

  private final WebSocket socket;
  private final Map<Long, Instant> heard = new ConcurrentHashMap<>();

  private HeardHeads(int port) throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    socket =
        client
            .newWebSocketBuilder()
            .buildAsync(URI.create("ws://127.0.0.1:" + port), new Events())
            .get(CONNECT_MAX.toSeconds(), TimeUnit.SECONDS);
    JsonObject question =
        new JsonObject()
            .put("jsonrpc", "2.0")
            .put("id", 1)
            .put("method", "eth_subscribe")
            .put("params", new JsonArray().add("newHeads"));
    socket.sendText(question.encode(), true).get(CONNECT_MAX.toSeconds(), TimeUnit.SECONDS);
  }

  static HeardHeads of(int port) throws Exception {
    return new HeardHeads(port);
  }

  private final class Events implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean isLast) {
      text.append(part);
      if (isLast) {
        Instant now = Instant.now();
        JsonObject params = new JsonObject(text.toString()).getJsonObject("params");
        text.setLength(0);
        if (params != null) {
          heard.put(Long.decode(params.getJsonObject("result").getString("number")), now);
        }
      }
      from.request(1);
      return null;
    }
  }

  /** From the node's report of each head to the block in the store, by a log at trace. */
  Latencies until(String log, long first, long last) {
    List<Long> millis = new ArrayList<>();
    long next = first;
    Matcher line = CONNECTED.matcher(log);
    while (line.find()) {
      long number = Long.parseLong(line.group(2).replace(",", ""));
      Instant stored =
          LocalDateTime.parse(Year.now(ZoneId.systemDefault()) + "-" + line.group(1), TIME)
              .atZone(ZoneId.systemDefault())
              .toInstant();
      for (; next <= Math.min(number, last); next++) {
        millis.add(Duration.between(heard.get(next), stored).toMillis());
      }
    }
    if (millis.size() != last - first + 1) {
      throw new AssertionError(millis.size() + " heads of " + first + " to " + last);
    }
    Collections.sort(millis);
    return new Latencies(millis);
  }

  /** In ascending order. */
  record Latencies(List<Long> millis) {
    @Override
    public String toString() {
      int size = millis.size();
      return String.format(
          Locale.ROOT,
          "heads=%d median_ms=%d p99_ms=%d max_ms=%d",
          size,
          millis.get(size / 2),
          millis.get(size * 99 / 100),
          millis.get(size - 1));
    }
  }

  @Override
  public void close() {
    socket.abort();
  }
}
