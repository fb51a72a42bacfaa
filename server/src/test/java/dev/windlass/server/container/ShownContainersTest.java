package dev.windlass.server.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.server.cli.CodeExamples;
import dev.windlass.server.interop.Nodes;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each block of docker commands in the documents and in the Dockerfile does what is said of it,
 * line by line, with live values for its placeholders.
 */
@Tag("container")
class ShownContainersTest {
  private static final Path ROOT = Path.of(System.getProperty("windlass.root"));
  private static final String TAG = "windlass";
  private static final int BLOCKS = 1_000;
  private static final int HTTP_PORT = 8645;
  private static final int METRICS_PORT = 9645;
  private static final Duration SYNC_MAX = Duration.ofSeconds(90);

  /** The time after which docker kills a container by default. */
  private static final Duration STOP_MAX = Duration.ofSeconds(10);

  /** What makes a block one of containers: docker, or a compose file. */
  private static final Pattern IN_CONTAINERS = Pattern.compile("(docker |services:).*");

  private static final Pattern STOP = Pattern.compile("docker stop(?: -t (\\d+))? (\\w+)");
  private static final Pattern EXEC = Pattern.compile("docker exec (\\w+) (.+)");
  private static final Pattern LOGS = Pattern.compile("docker logs (\\w+)");

  @RegisterExtension private static final BuiltImage BUILT = new BuiltImage();
  @RegisterExtension private final Nodes nodes = new Nodes();

  private final Map<String, Container> running = new HashMap<>();
  private Optional<Origin> origin = Optional.empty();
  private Pod pod;
  private int unnamed;

  @BeforeEach
  void connect() throws IOException {
    pod = Pod.start(nodes);
  }

  static List<List<String>> blocks() throws IOException {
    List<List<String>> blocks = new ArrayList<>();
    for (Path document : CodeExamples.documents(ROOT)) {
      for (List<String> block : CodeExamples.blocks(document)) {
        if (block.stream().anyMatch(line -> IN_CONTAINERS.matcher(line).matches())) {
          blocks.add(block);
        }
      }
    }
    blocks.add(CodeExamples.ofComments(ROOT.resolve("Dockerfile")));
    return blocks.stream().distinct().toList();
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void shouldDoWhatABlockSays(List<String> block) throws IOException {
    for (String line : block) {
      try {
        perform(line);
      } catch (AssertionError e) {
        throw new AssertionError(line + ": " + e.getMessage(), e);
      }
    }
  }

  private void perform(String line) throws IOException {
    Matcher logs = LOGS.matcher(line);
    Matcher exec = EXEC.matcher(line);
    Matcher stop = STOP.matcher(line);
    if (line.startsWith("docker build ")) {
      assertBuilt(line);
    } else if (line.startsWith("docker run ")) {
      run(line);
    } else if (logs.matches()) {
      assertLogs(container(logs.group(1)));
    } else if (exec.matches()) {
      assertExecutes(container(exec.group(1)), exec.group(2));
    } else if (stop.matches()) {
      Container container = container(stop.group(2));
      Duration max =
          Optional.ofNullable(stop.group(1)).map(ShownContainersTest::seconds).orElse(STOP_MAX);
      assertStops(container, max);
    } else {
      throw new AssertionError("no test knows what it does");
    }
  }

  private static Duration seconds(String count) {
    return Duration.ofSeconds(Long.parseLong(count));
  }

  /** The tests' image stands for the one that a block builds, or another block has built. */
  private static void assertBuilt(String line) {
    assertEquals("docker build -t " + TAG + " .", line);
    assertTrue(Files.isRegularFile(BUILT.image().files().resolve("opt/windlass/windlass.jar")));
  }

  private void run(String line) throws IOException {
    DockerRun run = DockerRun.read(fill(line));
    assertEquals(TAG, run.image());
    String name = run.name().orElse("unnamed-" + unnamed++);
    String volume = run.volume().orElse(name);
    Image image = BUILT.image();
    Container.Settings settings =
        new Container.Settings(image, pod, nodes, name, volume, image.user());
    List<String> command = new ArrayList<>(image.entrypoint());
    command.addAll(run.command());
    Container container =
        run.command().isEmpty()
            ? settings.run(run.variables())
            : settings.run(command, run.variables());
    if (!run.command().isEmpty()) {
      assertEnds(container, run.command());
    } else {
      assertGoesOn(container, run);
      if (run.isDetached()) {
        running.put(name, container);
      } else {
        // Ctrl-C; what holds the prompt does not end by itself.
        assertStops(container, STOP_MAX);
      }
    }
  }

  /** With a node to ask in place of its placeholders; it starts before whatever asks it. */
  private String fill(String line) throws IOException {
    if (!line.contains("KEY@")) {
      return line;
    }
    NodeKey key = NodeKey.random(new SecureRandom());
    Matcher network = Pattern.compile("WINDLASS_NETWORK=(\\w+)").matcher(line);
    assertTrue(network.find(), "a network is named");
    Container.Settings settings =
        new Container.Settings(BUILT.image(), pod, nodes, Origin.NAME, Origin.NAME);
    Network served = Network.named(network.group(1)).orElseThrow();
    Origin started = Origin.start(settings, served, key, BLOCKS);
    started.container().awaitLog("Peers may connect");
    origin = Optional.of(started);
    // The blocks that a test makes above a public genesis break the rules of that network.
    return line.replaceFirst("^docker run ", "docker run -e WINDLASS_VERIFY=light ")
        .replace("enode://KEY@HOST:PORT", Origin.enode(key).toString())
        .replaceAll("\\bHASH\\b", started.head().toString());
  }

  private static void assertEnds(Container container, List<String> command) {
    assertEquals(List.of("verify"), command);
    container.awaitExit(0, SYNC_MAX);
    String proven = "verified blocks=" + (BLOCKS + 1) + " number=" + BLOCKS + " ";
    String last = container.log().lines().reduce("", (before, line) -> line);
    assertTrue(last.startsWith(proven) && last.endsWith(" problems=0"), container::log);
  }

  /** It syncs its anchor, or logs what it waits for, and can be reached. */
  private void assertGoesOn(Container container, DockerRun run) {
    if (run.variables().containsKey("WINDLASS_PEERS")) {
      String head = origin.orElseThrow().head().toString();
      container.awaitStatus(
          "has stored " + head,
          SYNC_MAX,
          status -> status.getJsonObject("tip").getString("hash").equals(head));
    } else {
      assertTrue(container.awaitLog("No peer is named").contains("WINDLASS_PEERS"));
      assertTrue(container.awaitLog("No head is named").contains("WINDLASS_ANCHOR"));
    }
    for (int port : run.ports()) {
      Map<Integer, String> paths = Map.of(HTTP_PORT, "/livez", METRICS_PORT, "/metrics");
      assertTrue(paths.containsKey(port), () -> "nothing is known of port " + port);
      assertEquals(200, pod.get(port, paths.get(port), "localhost").orElseThrow().status());
    }
    assertTrue(container.isAlive());
  }

  /** A line in a sentence stands alone: what it speaks of is started for it. */
  private Container container(String name) throws IOException {
    if (!running.containsKey(name)) {
      run("docker run -d --name " + name + " " + TAG);
    }
    return running.get(name);
  }

  private void assertLogs(Container container) {
    container.awaitLog("HTTP is served");
    if (origin.isPresent()) {
      // Logged after the status has it.
      container.awaitLog("Imported new chain segment");
    }
  }

  private void assertExecutes(Container container, String command) {
    Container.Result result = container.exec(List.of(command.split(" ", -1)));
    assertEquals(0, result.exitCode(), result::text);
    switch (command) {
      case "windlass peers" ->
          assertTrue(
              result.text().contains("eth/69") && result.text().contains("connected"),
              result::text);
      case "/opt/windlass/healthcheck" -> assertEquals("", result.text());
      default -> throw new AssertionError("no test knows what it does");
    }
  }

  private void assertStops(Container container, Duration max) {
    container.terminate();
    container.awaitExit(0, max);
    assertTrue(container.log().contains("] Stopped "), container::log);
    running.values().remove(container);
  }

  @Test
  void shouldFindTheBlocksOfTheDocuments() throws IOException {
    List<String> lines = blocks().stream().flatMap(List::stream).toList();
    for (String command : List.of("build", "run", "logs", "exec", "stop")) {
      assertTrue(lines.stream().anyMatch(line -> line.startsWith("docker " + command)), command);
    }
  }
}
