package dev.windlass.server.interop;

import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A running toxiproxy with one way through it, which can be made slow, broken or black. */
final class Toxiproxy implements AutoCloseable {
  private static final Duration READY_MAX = Duration.ofSeconds(30);
  private static final Pattern RECEIVED =
      Pattern.compile(
          "(?m)^toxiproxy_proxy_sent_bytes_total\\{direction=\"downstream\"[^}]*} (\\S+)");

  private final NodeProcess process;
  private final JsonRpc api;
  private final int port;

  private Toxiproxy(NodeProcess process, JsonRpc api, int port) {
    this.process = process;
    this.api = api;
    this.port = port;
  }

  /** Lets through to a port of loopback whatever comes. */
  static Toxiproxy to(int upstream, Path log) {
    int apiPort = Ports.free();
    int port = Ports.free();
    List<String> command =
        List.of(
            Toolbox.toxiproxy().toString(),
            "-host",
            "127.0.0.1",
            "-port",
            "" + apiPort,
            "-proxy-metrics");
    NodeProcess process = NodeProcess.start("toxiproxy", log, command);
    Toxiproxy proxy = new Toxiproxy(process, new JsonRpc(apiPort), port);
    process.awaitAnswer("answers", READY_MAX, () -> proxy.api.get("/proxies"));
    proxy.post(
        "/proxies",
        new JsonObject()
            .put("name", "peer")
            .put("listen", "127.0.0.1:" + port)
            .put("upstream", "127.0.0.1:" + upstream));
    return proxy;
  }

  /** Where the way begins. */
  int port() {
    return port;
  }

  /** Half of the round trip on each way. */
  void latency(Duration roundTrip) {
    JsonObject half = new JsonObject().put("latency", roundTrip.toMillis() / 2);
    add("latency-up", "latency", "upstream", half);
    add("latency-down", "latency", "downstream", half);
  }

  /** As thin on the way there as on the way back. */
  void bandwidthOfBothWays(long kilobytesPerSecond) {
    bandwidth(kilobytesPerSecond);
    add("bandwidth-up", "bandwidth", "upstream", new JsonObject().put("rate", kilobytesPerSecond));
  }

  /** How many bytes have come back through it on connections that have ended. */
  long bytesReceived() {
    return process.awaitAnswer(
        "counts what came back",
        READY_MAX,
        () ->
            api.text("/metrics")
                .map(RECEIVED::matcher)
                .filter(Matcher::find)
                .map(line -> new BigDecimal(line.group(1)).longValue()));
  }

  void bandwidth(long kilobytesPerSecond) {
    add("bandwidth", "bandwidth", "downstream", new JsonObject().put("rate", kilobytesPerSecond));
  }

  /** Ends each connection with a reset when something comes on it. */
  void reset() {
    add("reset-up", "reset_peer", "upstream", new JsonObject().put("timeout", 0));
    add("reset-down", "reset_peer", "downstream", new JsonObject().put("timeout", 0));
  }

  void noReset() {
    remove("reset-up");
    remove("reset-down");
  }

  /** Takes whatever comes from now on, and lets nothing out. */
  void blackHole() {
    add("hole-up", "timeout", "upstream", new JsonObject().put("timeout", 0));
    add("hole-down", "timeout", "downstream", new JsonObject().put("timeout", 0));
  }

  void noBlackHole() {
    remove("hole-up");
    remove("hole-down");
  }

  private void add(String name, String type, String stream, JsonObject attributes) {
    post(
        "/proxies/peer/toxics",
        new JsonObject()
            .put("name", name)
            .put("type", type)
            .put("stream", stream)
            .put("attributes", attributes));
  }

  private void remove(String name) {
    require("DELETE", "/proxies/peer/toxics/" + name, Optional.empty());
  }

  private void post(String path, JsonObject body) {
    require("POST", path, Optional.of(body));
  }

  private void require(String method, String path, Optional<JsonObject> body) {
    if (api.send(method, path, body).isEmpty()) {
      throw new AssertionError("toxiproxy refuses " + method + " " + path + " " + body);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
