package dev.windlass.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.server.ChildWindlass;
import dev.windlass.server.Windlass;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code windlass run} in a process of its own. */
final class WindlassProcess implements AutoCloseable {
  private static final Duration READY_MAX = Duration.ofSeconds(30);
  private static final Duration EXIT_MAX = Duration.ofSeconds(30);
  private static final Pattern VERIFIED =
      Pattern.compile("verified blocks=(\\d+) number=(\\d+) tip=(0x\\w{64}) problems=0");
  private static final Pattern ENODE = Pattern.compile("enode=\"?(enode://[^\\s\"]+)");

  private final NodeProcess process;
  private final JsonRpc http;
  private final Path data;

  private WindlassProcess(NodeProcess process, JsonRpc http, Path data) {
    this.process = process;
    this.http = http;
    this.data = data;
  }

  static WindlassProcess start(Path data, Path log, String... options) {
    int httpPort = Ports.free();
    List<String> arguments = new ArrayList<>(List.of("run", "--data-path", data.toString()));
    arguments.addAll(List.of("--rpc-http-port", "" + httpPort, "--metrics-port", "0"));
    if (!List.of(options).contains("--logging")) {
      arguments.addAll(List.of("--logging", "debug"));
    }
    arguments.addAll(List.of(options));
    List<String> command = ChildWindlass.command(arguments.toArray(String[]::new));
    NodeProcess process = NodeProcess.start("windlass", log, command);
    return new WindlassProcess(process, new JsonRpc(httpPort), data);
  }

  /** The answer of {@code /v1/status}, once there is one. */
  JsonObject status() {
    return process.awaitAnswer("says how it stands", READY_MAX, () -> http.get("/v1/status"));
  }

  JsonObject counters() {
    return status().getJsonObject("counters");
  }

  /** Waits until its status is like this, and gives that one. */
  JsonObject await(String what, Duration max, Predicate<JsonObject> wanted) {
    return process.awaitAnswer(what, max, () -> http.get("/v1/status").filter(wanted));
  }

  /** Waits until this block is the newest stored one, and nothing is under way. */
  JsonObject awaitTip(long number, Duration max) {
    return await(
        "has synced block " + number,
        max,
        status -> tip(status) == number && status.getValue("sync") == null);
  }

  /** The same of this very block. */
  JsonObject awaitTip(long number, String hash, Duration max) {
    return await(
        "has block " + number + " " + hash,
        max,
        status ->
            tip(status) == number
                && status.getJsonObject("tip").getString("hash").equals(hash)
                && status.getValue("sync") == null);
  }

  static long tip(JsonObject status) {
    return status.getJsonObject("tip").getLong("number");
  }

  /** How many blocks each of its peers has delivered, by the peer's id. */
  JsonObject peers() {
    return process.awaitAnswer("says who its peers are", READY_MAX, () -> http.get("/v1/peers"));
  }

  /** Whether it accepts a head that only its operator announces. */
  boolean takesHead(String hash) {
    return http.send("POST", "/v1/heads", Optional.of(new JsonObject().put("hash", hash)))
        .isPresent();
  }

  /** Whether it lets its operator take a head back. */
  boolean takesBack(String hash) {
    return http.send("DELETE", "/v1/heads/" + hash, Optional.empty()).isPresent();
  }

  /** The answer of {@code /v1/bans}. */
  JsonObject bans() {
    return process.awaitAnswer("says what it bans", READY_MAX, () -> http.get("/v1/bans"));
  }

  /** Whether it takes a pause of this time. */
  boolean pauses(String time) {
    return http.send("POST", "/v1/pause?for=" + time, Optional.empty()).isPresent();
  }

  boolean resumes() {
    return http.send("POST", "/v1/resume", Optional.empty()).isPresent();
  }

  /** The blocks that it reports as missing, as {@code FIRST-LAST}. */
  List<String> missing() {
    JsonArray gaps =
        process
            .awaitAnswer("says what is missing", READY_MAX, () -> http.get("/v1/gaps"))
            .getJsonArray("gaps");
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < gaps.size(); i++) {
      JsonObject gap = gaps.getJsonObject(i);
      missing.add(gap.getLong("first") + "-" + gap.getLong("last"));
    }
    return missing;
  }

  /** Whether {@code /readyz} reports that it is ready. */
  boolean isReady() {
    return http.statusCode("GET", "/readyz").filter(code -> code == 200).isPresent();
  }

  /** Where other nodes reach it. */
  String enode() {
    return process.awaitAnswer(
        "says where it listens",
        READY_MAX,
        () -> {
          Matcher line = ENODE.matcher(process.text());
          return line.find() ? Optional.of(line.group(1)) : Optional.empty();
        });
  }

  NodeProcess process() {
    return process;
  }

  void awaitExit(Duration max) {
    process.awaitExit(0, max);
  }

  /** Stops it as an operator would, and verifies what it leaves. */
  void stopAndVerify(long number, String head) {
    assertEquals(new Verified(number, head), stopAndVerify());
  }

  /** Proves every block of its store once more, from genesis to this head. */
  void verify(long number, String head) {
    assertEquals(new Verified(number, head), verify());
  }

  /** Stops it as an operator would, and proves what it leaves, up to whatever head. */
  Verified stopAndVerify() {
    process.terminate();
    awaitExit(EXIT_MAX);
    return verify();
  }

  private Verified verify() {
    Windlass.Result result =
        Windlass.run("verify", "--data-path", data.toString(), "--logging", "warn");
    Matcher line = VERIFIED.matcher(result.lastLine());
    assertTrue(line.matches(), result::toString);
    Verified verified = new Verified(Long.parseLong(line.group(2)), line.group(3));
    assertEquals(verified.number() + 1, Long.parseLong(line.group(1)), result::toString);
    return verified;
  }

  /** The head of a store without a fault. */
  record Verified(long number, String head) {}

  @Override
  public void close() {
    process.close();
  }
}
