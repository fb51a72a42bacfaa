package dev.windlass.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.server.cli.WindlassCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs commands inside this process, as the command line would. */
public final class Windlass {
  /** How a command ended, and what it printed; its log is not among it. */
  public record Result(int exitCode, String out, String err) {
    public String lastLine() {
      List<String> lines = out.lines().toList();
      return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }

    /** Fails the test unless the command failed with one line that contains this. */
    public void assertFailed(int expectedExitCode, String reason) {
      assertEquals(expectedExitCode, exitCode, this::toString);
      assertEquals(1, err.lines().count(), this::toString);
      assertEquals(true, err.contains(reason), this::toString);
    }
  }

  private Windlass() {}

  public static Result run(String... args) {
    return run(Map.of(), args);
  }

  /** The same in an environment of its own. */
  public static Result run(Map<String, String> environment, String... args) {
    return run(environment, new StopSignal(), new StringWriter(), args);
  }

  /** The same, with a signal that may come, and an output that may be watched. */
  public static Result run(StopSignal stop, StringWriter out, String... args) {
    return run(Map.of(), stop, out, args);
  }

  private static Result run(
      Map<String, String> environment, StopSignal stop, StringWriter out, String... args) {
    StringWriter err = new StringWriter();
    int exitCode =
        WindlassCommand.commandLine(
                environment, new PrintWriter(out, true), new PrintWriter(err, true), stop)
            .execute(args);
    return new Result(exitCode, out.toString(), err.toString());
  }

  /** The demo on ports that are free, with nothing but warnings in its log. */
  public static String[] demo(String... args) {
    return withQuietPorts("demo", args);
  }

  /** A node on ports that are free, with nothing but warnings in its log. */
  public static String[] node(String... args) {
    return withQuietPorts("run", args);
  }

  private static String[] withQuietPorts(String command, String... args) {
    List<String> all = new ArrayList<>(List.of(command, "--logging", "warn"));
    List<String> given = List.of(args);
    for (String option : List.of("--rpc-http-port", "--metrics-port")) {
      if (!given.contains(option)) {
        all.addAll(List.of(option, "0"));
      }
    }
    all.addAll(given);
    return all.toArray(String[]::new);
  }
}
