package dev.windlass.server.container;

import dev.windlass.server.interop.NodeProcess;
import dev.windlass.server.interop.Nodes;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The image, built anew by {@code docker/build-without-engine}, its files where this machine sees
 * them, and its configuration as buildah tells it.
 *
 * <p>Owned by the tests of one class. Its files stay as they were built: containers mount them
 * read-only.
 */
final class Image implements AutoCloseable {
  private static final String NAME = "windlass-test";
  private static final Duration BUILD_MAX = Duration.ofMinutes(15);
  private static final Duration COMMAND_MAX = Duration.ofMinutes(2);

  private final String container;
  private final Path files;
  private final JsonObject config;

  private Image(String container, Path files, JsonObject config) {
    this.container = container;
    this.files = files;
    this.config = config;
  }

  static Image build() throws IOException {
    Path script =
        Path.of(System.getProperty("windlass.root")).resolve("docker/build-without-engine");
    Map<String, String> cache = Map.of("WINDLASS_CONTAINER_CACHE", cache().toString());
    NodeProcess.run(
        "build-without-engine",
        log("build"),
        BUILD_MAX,
        Optional.empty(),
        cache,
        List.of(script.toString(), NAME));
    String image = "localhost/" + NAME;
    JsonObject inspected = new JsonObject(buildah("inspect", "--type", "image", image));
    String container = buildah("from", "--pull-never", image).strip();
    return new Image(
        container,
        Path.of(buildah("mount", container).strip()),
        inspected.getJsonObject("Docker").getJsonObject("config"));
  }

  Path files() {
    return files;
  }

  /** The command by default. */
  List<String> command() {
    List<String> command = new ArrayList<>(strings("Entrypoint"));
    command.addAll(strings("Cmd"));
    return command;
  }

  List<String> entrypoint() {
    return strings("Entrypoint");
  }

  /** Each as NAME=VALUE. */
  List<String> environment() {
    return strings("Env");
  }

  /** The user that runs it if no other is given, and the group. */
  String user() {
    return config.getString("User");
  }

  String workingFolder() {
    return config.getString("WorkingDir");
  }

  Set<String> volumes() {
    return Set.copyOf(config.getJsonObject("Volumes").fieldNames());
  }

  /** The TCP ports of EXPOSE. */
  Set<Integer> ports() {
    return config.getJsonObject("ExposedPorts").fieldNames().stream()
        .filter(port -> port.endsWith("/tcp"))
        .map(port -> Integer.valueOf(port.replace("/tcp", "")))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The command of HEALTHCHECK. */
  List<String> healthCheck() {
    List<String> test = strings(config.getJsonObject("Healthcheck").getJsonArray("Test"));
    if (!test.get(0).equals("CMD")) {
      throw new AssertionError("a health check that needs a shell: " + test);
    }
    return test.subList(1, test.size());
  }

  private List<String> strings(String key) {
    return strings(config.getJsonArray(key));
  }

  private static List<String> strings(JsonArray array) {
    return array.stream().map(String.class::cast).toList();
  }

  private static String buildah(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("buildah"));
    command.addAll(List.of("--root", cache().resolve("storage").toString()));
    command.addAll(List.of("--runroot", cache().resolve("run").toString()));
    command.addAll(List.of(arguments));
    Path log = log("buildah-" + arguments[0]);
    // As a variable: buildah 1.28 passes over its option of that name.
    Map<String, String> driver = Map.of("STORAGE_DRIVER", "vfs");
    NodeProcess.run("buildah " + arguments[0], log, COMMAND_MAX, Optional.empty(), driver, command);
    return Files.readString(log);
  }

  private static Path log(String name) throws IOException {
    Path log = Files.createDirectories(Nodes.root()).resolve("image-" + name + ".log");
    Files.deleteIfExists(log);
    return log;
  }

  private static Path cache() {
    return Optional.ofNullable(System.getenv("WINDLASS_CONTAINER_CACHE"))
        .map(Path::of)
        .orElseGet(
            () ->
                Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                    .map(Path::of)
                    .orElse(Path.of(System.getProperty("user.home"), ".cache"))
                    .resolve("windlass-container"))
        .toAbsolutePath();
  }

  @Override
  public void close() throws IOException {
    buildah("rm", container);
  }
}
