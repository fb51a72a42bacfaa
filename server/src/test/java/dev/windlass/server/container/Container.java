package dev.windlass.server.container;

import dev.windlass.server.interop.NodeProcess;
import dev.windlass.server.interop.Nodes;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The image at work as an engine would run it with {@code --read-only}, and with {@code --user
 * 12345:12345} unless a test names another: process 1 of its own namespaces, on files that nobody
 * can write but for {@code /data}.
 *
 * <p>Owned by the test's {@link Nodes}.
 */
final class Container implements AutoCloseable {
  /** Nobody's: the image has to take whatever user it is given. */
  private static final String USER = "12345:12345";

  private static final String VOLUME = "/data";
  private static final Duration START_MAX = Duration.ofSeconds(60);
  private static final Duration EXEC_MAX = Duration.ofSeconds(60);
  private static final int HTTP_PORT = 8645;

  private final Image image;
  private final Pod pod;
  private final Nodes nodes;
  private final String name;
  private final String user;
  private final List<String> environment;
  private final NodeProcess process;
  private int executed;

  /** How a command in it ended, and what it printed. */
  record Result(int exitCode, String text) {}

  private Container(Settings settings, List<String> environment, NodeProcess process) {
    this.image = settings.image();
    this.pod = settings.pod();
    this.nodes = settings.nodes();
    this.name = settings.name();
    this.user = settings.user();
    this.environment = environment;
    this.process = process;
  }

  /**
   * What an engine is told, beside variables and command.
   *
   * @param volume the name of its volume
   * @param user its number, and that of its group
   */
  record Settings(Image image, Pod pod, Nodes nodes, String name, String volume, String user) {
    Settings(Image image, Pod pod, Nodes nodes, String name, String volume) {
      this(image, pod, nodes, name, volume, USER);
    }

    /** Where its volume lies, writable for everybody as that of the image is. */
    Path data() throws IOException {
      Path data = Files.createDirectories(nodes.data(volume));
      Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx"));
      return data;
    }

    /** Starts what the image starts by itself. */
    Container run(Map<String, String> variables) throws IOException {
      return run(image.command(), variables);
    }

    Container run(List<String> command, Map<String, String> variables) throws IOException {
      List<String> environment = new ArrayList<>(image.environment());
      variables.forEach((variable, value) -> environment.add(variable + "=" + value));
      List<String> all = new ArrayList<>(List.of("unshare", "--mount", "--uts", "--ipc", "--pid"));
      all.addAll(List.of("--fork", "--kill-child=KILL"));
      all.addAll(List.of("sh", "src/test/resources/container/start"));
      all.addAll(List.of(image.files().toString(), VOLUME, data().toString(), name));
      all.addAll(List.of(pod.hosts().toString(), user, image.workingFolder()));
      all.addAll(environment);
      all.addAll(command);
      NodeProcess process = NodeProcess.start(name, nodes.log(name), pod.entered(all));
      return nodes.with(new Container(this, environment, process));
    }
  }

  /** Waits until it has logged a line with this, and gives the line. */
  String awaitLog(String part) {
    return process.awaitAnswer(
        "logs '" + part + "'",
        START_MAX,
        () -> log().lines().filter(line -> line.contains(part)).findFirst());
  }

  String log() {
    return process.text();
  }

  /** Waits until its status is like this. */
  JsonObject awaitStatus(String what, Duration max, Predicate<JsonObject> wanted) {
    return process.awaitAnswer(
        what,
        max,
        () ->
            pod.get(HTTP_PORT, "/v1/status", "windlass")
                .filter(answer -> answer.status() == 200)
                .map(answer -> new JsonObject(answer.body()))
                .filter(wanted));
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Runs a command in it, as {@code docker exec} does. */
  Result exec(List<String> command) {
    List<String> all = new ArrayList<>(List.of("nsenter", "--target", "" + init().pid()));
    all.addAll(List.of("--mount", "--uts", "--ipc", "--net", "--pid"));
    all.addAll(List.of("chroot", "--userspec=" + user, image.files().toString()));
    all.addAll(List.of("/usr/bin/env", "-i", "--chdir=" + image.workingFolder()));
    all.addAll(environment);
    all.addAll(command);
    Path log = nodes.log(name + "-exec-" + executed++);
    try (NodeProcess run = NodeProcess.start(String.join(" ", command), log, all)) {
      return new Result(run.awaitEnd(EXEC_MAX), run.text());
    }
  }

  /** What {@code docker stop} does first. */
  void terminate() {
    init().destroy();
  }

  /** Waits until it has ended with this code. */
  void awaitExit(int exitCode, Duration max) {
    process.awaitExit(exitCode, max);
  }

  /** Process 1 in it. */
  private ProcessHandle init() {
    return process.awaitAnswer("runs", START_MAX, process::child);
  }

  @Override
  public void close() {
    process.close();
  }
}
