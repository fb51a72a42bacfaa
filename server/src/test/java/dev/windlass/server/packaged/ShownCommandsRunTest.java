package dev.windlass.server.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import dev.windlass.server.cli.CodeExamples;
import dev.windlass.server.interop.Nodes;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each command of the documents does what they say, with live values for its placeholders. */
@Tag("packaged")
class ShownCommandsRunTest {
  private static final Path ROOT = Path.of(System.getProperty("windlass.root"));
  private static final Duration END_MAX = Duration.ofSeconds(90);
  private static final Duration SYNC_MAX = Duration.ofSeconds(60);

  /** The documents' ports may be taken on this machine. */
  private static final Map<String, String> FREE_PORTS =
      Map.of("WINDLASS_RPC_HTTP_PORT", "0", "WINDLASS_METRICS_PORT", "0");

  /** Stands for a folder that no other command uses. */
  private static final String OWN_FOLDER = "own";

  private static final Map<String, String> FRESH =
      Map.of(
          "WINDLASS_DATA_PATH", OWN_FOLDER,
          "WINDLASS_RPC_HTTP_PORT", "0",
          "WINDLASS_METRICS_PORT", "0");

  /** The word that begins the demo's last line. */
  private static final String DONE = "synced";

  /** A line of name=value figures, the first word of which may be a name. */
  private static final String FIGURES = "(\\w+ )?\\w+=\\S+( \\w+=\\S+)+";

  /** Not run here: other programs, the build itself, and what only the image can run. */
  private static final List<Pattern> RUN_ELSEWHERE =
      List.of(
          // geth's console asks geth.
          Pattern.compile("geth attach .*"),
          // The build that runs this test is such a command; ShownCommandsTest reads their options.
          Pattern.compile("\\./mvnw .*"),
          // The profile `container` runs them.
          Pattern.compile("(docker |services:).*"));

  @RegisterExtension private final Nodes nodes = new Nodes();
  private final HttpClient client = HttpClient.newHttpClient();
  private BuiltTree tree;
  private int folders;

  /**
   * How the commands of one form are run, and what they do.
   *
   * @param command the form, without the {@code ./} in front of a program
   * @param added what is written behind the command, to make it smaller
   */
  private record Rule(
      String command, String added, Map<String, String> variables, Consumer<BuiltTree.Run> check) {
    boolean holds(String shown) {
      return shown.matches(command);
    }
  }

  /** Each command that is shown, under the name of the first document that shows it. */
  private static Map<String, String> shown() throws IOException {
    Map<String, String> shown = new LinkedHashMap<>();
    for (Path document : CodeExamples.documents(ROOT)) {
      for (String command : CodeExamples.of(document)) {
        if (RUN_ELSEWHERE.stream().noneMatch(form -> form.matcher(command).matches())) {
          shown.putIfAbsent(plain(command), ROOT.relativize(document) + ": " + command);
        }
      }
    }
    return shown;
  }

  @TestFactory
  Stream<DynamicTest> shouldDoWhatTheDocumentsSay() throws IOException {
    ServedNode node = ServedNode.start(tree, nodes);
    List<Rule> rules = rules(node);
    return shown().entrySet().stream()
        .map(
            command ->
                DynamicTest.dynamicTest(
                    command.getValue(), () -> run(command.getKey(), rules, node)));
  }

  private void run(String command, List<Rule> rules, ServedNode node) throws IOException {
    Rule rule = ruleOf(command, rules);
    assumeCurl(command);
    try {
      rule.check().accept(tree.start(fill(command, node) + rule.added(), variables(rule)));
    } catch (AssertionError e) {
      throw new AssertionError(command + ": " + e.getMessage(), e);
    }
  }

  private Map<String, String> variables(Rule rule) throws IOException {
    Map<String, String> variables = new HashMap<>(rule.variables());
    if (variables.containsValue(OWN_FOLDER)) {
      variables.put("WINDLASS_DATA_PATH", nodes.data(OWN_FOLDER + folders++).toString());
    }
    return variables;
  }

  /** Windlass needs no curl, and so a machine that builds it may have none. */
  private void assumeCurl(String command) {
    if (command.startsWith("curl ")
        && tree.start("curl --version", Map.of()).process().awaitEnd(END_MAX) != 0) {
      String skipped = "skipped: there is no curl for " + command;
      System.err.println(skipped);
      Assumptions.abort(skipped);
    }
  }

  private static Rule ruleOf(String command, List<Rule> rules) {
    List<Rule> holding = rules.stream().filter(rule -> rule.holds(command)).toList();
    assertEquals(1, holding.size(), () -> "rules for '" + command + "': " + holding);
    return holding.get(0);
  }

  @Test
  void shouldRefuseACommandWithoutARule() {
    List<Rule> rules =
        rules(
            new ServedNode(
                "enode://KEY@HOST:PORT", "127.0.0.1:1", "http://127.0.0.1:1", Hash.ZERO, ROOT));
    for (String command :
        List.of("windlass repair", "windlass run --fast", "curl http://127.0.0.1:8645/v2")) {
      assertThrows(AssertionError.class, () -> ruleOf(command, rules), command);
    }
    assertEquals("windlass peers", ruleOf("windlass peers", rules).command());
  }

  @BeforeEach
  void makeTree() throws IOException {
    tree = BuiltTree.make(nodes);
  }

  /** The same command from the tree and from the PATH is one. */
  private static String plain(String command) {
    return command.replaceFirst("^\\./(?=windlass )", "");
  }

  private List<Rule> rules(ServedNode node) {
    Map<String, String> asked = Map.of("WINDLASS_RPC_HTTP_PORT", node.httpPort());
    Map<String, String> stored = Map.of("WINDLASS_DATA_PATH", node.store().toString());
    String verified =
        "verified blocks=%d number=%d tip=%s problems=0"
            .formatted(ServedNode.BLOCKS + 1, ServedNode.BLOCKS, node.head());
    return List.of(
        rule("windlass demo", FREE_PORTS, run -> assertLast(run, demoLine())),
        rule(
            "windlass demo --as sync-manager",
            FREE_PORTS,
            run ->
                assertLast(run, "synced blocks=\\d+ number=4010 tip=0x\\w{64} .*peers_banned=1")),
        rule("windlass run", FRESH, this::assertWaits),
        rule("windlass run .* --anchor HASH", FRESH, run -> assertSyncs(run, node)),
        rule("windlass verify( --data-path D)?", stored, run -> assertLast(run, verified)),
        rule(
            "windlass peers",
            asked,
            run -> assertLast(run, "file:.* file +file +1-\\d+ .* connected")),
        rule(
            "windlass pause",
            asked,
            run -> assertLast(run, "paused until=\\d{4}-\\d\\d-\\d\\dT[\\d:]+Z")),
        rule("windlass resume", asked, run -> assertLast(run, "resumed")),
        rule(
            "windlass headers --headers-file FILE --root-hash HASH",
            asked,
            run -> assertLast(run, headersLine(node))),
        rule("windlass bans list", asked, run -> assertPrints(run, "ID ")),
        rule("windlass bans replay", asked, run -> run.process().awaitExit(0, END_MAX)),
        rule("windlass bans add .*", asked, run -> assertLast(run, "banned id=\\S+ until=\\S+Z")),
        rule("windlass bans remove .*", asked, run -> assertLast(run, "ended id=\\S+")),
        rule("windlass validate-config", FRESH, run -> assertLast(run, "valid")),
        rule("windlass generate-completion", Map.of(), this::assertCompletes),
        rule("windlass --help", Map.of(), run -> assertPrints(run, "Commands:")),
        rule("windlass COMMAND --help", Map.of(), run -> assertPrints(run, "Usage: windlass run ")),
        bench("engine", "--blocks 2000"),
        bench("network", "--blocks 2000 --peers 5 --latency 1ms --rounds 1"),
        bench("proofs", "--blocks 500"),
        bench("store", "--headers 2000 --blocks 100"),
        bench("bodies", "--megabytes 1"),
        bench("wire", "--headers 2000 --blocks 20 --rounds 1"),
        bench("rpc --from http://HOST:PORT", "--rounds 1"),
        rule("curl http://127.0.0.1:8645/v1/status", Map.of(), run -> assertTip(run, node)),
        rule("curl -d .* http://127.0.0.1:8645/v1/heads", Map.of(), run -> assertTaken(run, node)));
  }

  private static Rule rule(
      String command, Map<String, String> variables, Consumer<BuiltTree.Run> check) {
    return new Rule(command, "", variables, check);
  }

  /** The documents' sizes measure for minutes. */
  private static Rule bench(String name, String small) {
    return new Rule(
        "windlass bench " + name, " " + small, Map.of(), run -> assertLast(run, FIGURES));
  }

  private static String fill(String shown, ServedNode node) {
    return shown
        .replaceAll("enode://KEY@\\S+", node.enode())
        .replaceAll("\\bHASH\\b|0x\\.\\.\\.", node.head().toString())
        // The fresh folder, or the stored one, which the variable names.
        .replaceAll("\\bD\\b", "\"\\$WINDLASS_DATA_PATH\"")
        .replace("http://HOST:PORT", node.rpc())
        .replaceAll("\\bCOMMAND\\b", "run")
        .replace("127.0.0.1:8645", node.http());
  }

  /** The line that the README shows, with figures of any value for those of its machine. */
  private static String demoLine() {
    return DONE
        + " blocks=20000 number=20000 tip=0x\\w{64} seconds=[\\d.]+ blocks_per_second=\\d+"
        + " refetched=\\d+ hedged=\\d+ peers_banned=1";
  }

  /** The file begins with the newest block, so that no header is added. */
  private static String headersLine(ServedNode node) {
    return "updated headers=0 number=%d tip=%s questions=1"
        .formatted(ServedNode.BLOCKS, node.head());
  }

  private static void assertLast(BuiltTree.Run run, String pattern) {
    run.process().awaitExit(0, END_MAX);
    List<String> lines = run.out().lines().toList();
    assertFalse(lines.isEmpty(), run::log);
    String last = lines.get(lines.size() - 1);
    assertTrue(last.matches(pattern), () -> last + "\n" + run.log());
    assertPlainFigures(run);
  }

  /** Figures of the log are what they say, and no Java objects. */
  private static void assertPlainFigures(BuiltTree.Run run) {
    assertFalse(run.log().contains("=Count["), run::log);
    assertFalse(run.log().contains("\tat "), run::log);
  }

  private static void assertPrints(BuiltTree.Run run, String part) {
    run.process().awaitExit(0, END_MAX);
    assertTrue(run.out().contains(part), run::out);
  }

  private void assertCompletes(BuiltTree.Run run) {
    run.process().awaitExit(0, END_MAX);
    BuiltTree.Run read = tree.start("bash -n '" + run.file() + "'", Map.of());
    read.process().awaitExit(0, END_MAX);
    assertTrue(run.out().contains("complete "), run::out);
  }

  /** It logs what it waits for, answers, and runs until it is stopped. */
  private void assertWaits(BuiltTree.Run run) {
    run.awaitLog("(No peer is named)");
    run.awaitLog("(No head is named)");
    assertEquals(200, get(run.awaitHttp(), "/livez").orElseThrow().statusCode());
    assertStops(run);
  }

  private void assertSyncs(BuiltTree.Run run, ServedNode node) {
    String http = run.awaitHttp();
    run.process()
        .awaitAnswer(
            "stores the head",
            SYNC_MAX,
            () -> get(http, "/v1/status").filter(answer -> isAt(answer.body(), node)));
    assertStops(run);
  }

  private static void assertStops(BuiltTree.Run run) {
    run.process().terminate();
    run.process().awaitExit(0, END_MAX);
    assertTrue(run.log().lines().anyMatch(line -> line.contains("] Stopped ")), run::log);
    assertPlainFigures(run);
  }

  private static void assertTip(BuiltTree.Run run, ServedNode node) {
    run.process().awaitExit(0, END_MAX);
    assertTrue(isAt(run.out(), node), run::out);
  }

  private static boolean isAt(String status, ServedNode node) {
    String tip = new JsonObject(status).getJsonObject("tip").getString("hash");
    return tip.equals(node.head().toString());
  }

  private static void assertTaken(BuiltTree.Run run, ServedNode node) {
    run.process().awaitExit(0, END_MAX);
    assertEquals("{\"accepted\":\"" + node.head() + "\"}", run.out().strip());
  }

  private Optional<HttpResponse<String>> get(String address, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + path)).timeout(SYNC_MAX).build();
    try {
      return Optional.of(client.send(request, BodyHandlers.ofString()));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
