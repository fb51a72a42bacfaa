package dev.windlass.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Windlass in a process of its own, from this one's class path; killed when it is closed. */
public final class ChildWindlass implements AutoCloseable {
  /** The exit code of a process that signal 9 ended. */
  public static final int KILLED = 128 + 9;

  private final Process process;
  private final BufferedReader log;
  private final Path out;

  /**
   * Starts it.
   *
   * @param out where its output goes
   */
  public ChildWindlass(Path out, String... args) throws IOException {
    this(out, command(args));
  }

  /** Starts another main class of the tests with this heap; it ends if that is too small. */
  public ChildWindlass(Path out, Class<?> main, int heapMib, String... args) throws IOException {
    this(out, command(main, heapMib, args));
  }

  /** Starts it with one more option for the virtual machine, whose lines come among its log. */
  static ChildWindlass traced(Path out, String option, String... args) throws IOException {
    List<String> command = command(args);
    command.add(1, option);
    // A process that a shell starts in the background inherits that it ignores Ctrl-C.
    command.addAll(0, List.of("env", "--default-signal=INT"));
    return new ChildWindlass(out, command);
  }

  private ChildWindlass(Path out, List<String> command) throws IOException {
    this.out = out;
    process = new ProcessBuilder(command).redirectOutput(out.toFile()).start();
    log = new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8));
  }

  /** The command that starts it. */
  public static List<String> command(String... args) {
    return command(Main.class, 512, args);
  }

  private static List<String> command(Class<?> main, int heapMib, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + heapMib + "m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.addAll(List.of("-Dstderr.encoding=UTF-8", "-Dsun.stderr.encoding=UTF-8"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(args));
    return command;
  }

  /** The next line of its log, or null at its end. */
  public String logLine() throws IOException {
    return log.readLine();
  }

  /** Reads its log until a line contains this. Null if the log ends before. */
  public String awaitLog(String part) throws IOException {
    String line = logLine();
    while (line != null && !line.contains(part)) {
      line = logLine();
    }
    return line;
  }

  /** What kill -9 does; what it logged before can still be read. */
  public void kill() {
    process.toHandle().destroyForcibly();
  }

  /** What kill does: SIGTERM. */
  public void terminate() {
    process.toHandle().destroy();
  }

  /** What kill -SIGNAL does. */
  void signal(String signal) throws IOException, InterruptedException {
    List<String> kill = List.of("sh", "-c", "kill -" + signal + " " + process.pid());
    if (new ProcessBuilder(kill).inheritIO().start().waitFor() != 0) {
      throw new IOException("cannot send " + signal);
    }
  }

  /** Reads the rest of its log, and waits until it ends. */
  public int exitCode() throws IOException, InterruptedException {
    while (logLine() != null) {
      // Nothing but its end counts.
    }
    return process.waitFor();
  }

  public String output() throws IOException {
    return Files.readString(out);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
