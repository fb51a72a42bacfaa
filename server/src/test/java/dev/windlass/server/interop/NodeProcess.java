package dev.windlass.server.interop;

import dev.windlass.fixtures.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A process that a test has started; all that it says goes into a file that outlives the test.
 *
 * <p>Owned by the test's {@link Nodes}, which kill it by its own handle.
 */
public final class NodeProcess implements AutoCloseable {
  private static final int TAIL_LINES = 12;
  private static final Duration EXIT_MAX = Duration.ofSeconds(30);

  private final String name;
  private final Process process;
  private final Path log;

  private NodeProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  public static NodeProcess start(
      String name, Path log, Optional<Path> folder, Map<String, String> env, List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(new ArrayList<>(command))
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    folder.ifPresent(path -> builder.directory(path.toFile()));
    builder.environment().putAll(env);
    try {
      return new NodeProcess(name, builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " does not start: " + e.getMessage(), e);
    }
  }

  public static NodeProcess start(String name, Path log, List<String> command) {
    return start(name, log, Optional.empty(), Map.of(), command);
  }

  /** Runs a command to its end, which must be a good one. */
  public static void run(String name, Path log, Duration max, List<String> command) {
    run(name, log, max, Optional.empty(), Map.of(), command);
  }

  public static void run(
      String name,
      Path log,
      Duration max,
      Optional<Path> folder,
      Map<String, String> env,
      List<String> command) {
    try (NodeProcess process = start(name, log, folder, env, command)) {
      process.awaitExit(0, max);
    }
  }

  public Path log() {
    return log;
  }

  /** Waits for a condition, and fails early if the process ends before. */
  public <T> T awaitAnswer(String what, Duration max, Supplier<Optional<T>> question) {
    return Await.answer(
        () -> name + ": " + what + tail(),
        max,
        () -> {
          Optional<T> answer = question.get();
          if (answer.isEmpty() && !process.isAlive()) {
            throw new AssertionError(
                name + " ended with " + process.exitValue() + " before: " + what + tail());
          }
          return answer;
        });
  }

  public void awaitExit(int exitCode, Duration max) {
    int ended = awaitEnd(max);
    if (ended != exitCode) {
      throw new AssertionError(name + " ended with " + ended + tail());
    }
  }

  /** Waits until it ends, and gives its exit code. */
  public int awaitEnd(Duration max) {
    try {
      if (!process.waitFor(max.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(name + " has not ended after " + max.toSeconds() + " s" + tail());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(name + ": interrupted", e);
    }
    return process.exitValue();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** The process that this one started and waits for, once it has. */
  public Optional<ProcessHandle> child() {
    return process.children().findFirst();
  }

  /** What kill does. */
  public void terminate() {
    process.toHandle().destroy();
  }

  /** What kill -9 does, and the wait for it. */
  public void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(EXIT_MAX.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public String text() {
    try {
      return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String tail() {
    List<String> lines = text().lines().toList();
    List<String> last = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
    return "; its log is " + log + ", and ends with\n" + String.join("\n", last);
  }

  @Override
  public void close() {
    kill();
  }
}
