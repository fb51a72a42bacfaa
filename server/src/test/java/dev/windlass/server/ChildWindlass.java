package dev.windlass.server;

import dev.windlass.fixtures.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Windlass in a process of its own. */
public final class ChildWindlass extends ChildJvm {
  private static final int HEAP_MIB = 512;

  /**
   * Starts it.
   *
   * @param out where its output goes
   */
  public ChildWindlass(Path out, String... args) throws IOException {
    super(out, command(args));
  }

  private ChildWindlass(Path out, List<String> command) throws IOException {
    super(out, command);
  }

  /** Starts it with one more option for the virtual machine, whose lines come among its log. */
  static ChildWindlass traced(Path out, String option, String... args) throws IOException {
    List<String> command = command(args);
    command.add(1, option);
    // A process that a shell starts in the background inherits that it ignores Ctrl-C.
    command.addAll(0, List.of("env", "--default-signal=INT"));
    return new ChildWindlass(out, command);
  }

  /** The command that starts it. */
  public static List<String> command(String... args) {
    return command(Main.class, HEAP_MIB, args);
  }
}
