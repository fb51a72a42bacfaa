package dev.windlass.server;

import dev.windlass.server.cli.WindlassCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Where the process starts: parses the command line, runs the command, exits with its code. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    StopSignal stop = new StopSignal();
    stop.install();
    int exitCode = WindlassCommand.commandLine(System.getenv(), out, err, stop).execute(args);
    out.flush();
    err.flush();
    stop.ended(exitCode);
    System.exit(exitCode);
  }
}
