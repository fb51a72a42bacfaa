package dev.windlass.server;

import dev.windlass.server.cli.WindlassCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The entry point. It runs the command of the command line, and exits with its code. */
public final class Main {
  private Main() {}

  /**
   * Sets the home folder from HOME. Java before 19 looks only in the password file, in which the
   * user of a container is often missing.
   */
  private static void findHome(String home) {
    boolean isKnown = Path.of(System.getProperty("user.home")).isAbsolute();
    if (!isKnown && home != null && home.startsWith("/")) {
      System.setProperty("user.home", home);
    }
  }

  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    StopSignal stop = new StopSignal();
    stop.install();
    findHome(System.getenv("HOME"));
    int exitCode = WindlassCommand.commandLine(System.getenv(), out, err, stop).execute(args);
    out.flush();
    err.flush();
    stop.ended(exitCode);
    System.exit(exitCode);
  }
}
