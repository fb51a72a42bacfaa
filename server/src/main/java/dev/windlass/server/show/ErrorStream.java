package dev.windlass.server.show;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jline.nativ.JLineNativeLoader;
import org.jline.terminal.impl.jni.JniTerminalProvider;
import org.jline.terminal.spi.SystemStream;

/** Finds out whether the error stream is a terminal, and how wide it is: JLine asks the kernel. */
public final class ErrorStream {
  /** The launcher sets it, so that no library is unpacked where there is no terminal. */
  private static final String HINT = "windlass.terminal";

  /** What a terminal has that does not know its width, such as a serial line. */
  private static final int COLUMNS_UNKNOWN = 80;

  /**
   * It tells of libraries that do not load; held, since a logger that nobody holds is forgotten.
   */
  private static final Logger JLINE = Logger.getLogger("org.jline");

  private ErrorStream() {}

  /** The terminal behind the error stream, where there is one that can draw. */
  public static Optional<Terminal> terminal(Map<String, String> environment) {
    if (!Boolean.getBoolean(HINT) || "dumb".equals(environment.get("TERM"))) {
      return Optional.empty();
    }
    JLINE.setLevel(Level.OFF);
    JniTerminalProvider jline = new JniTerminalProvider();
    if (!jline.isSystemStream(SystemStream.Error)) {
      return Optional.empty();
    }
    removeUnpackedLibrary();
    IntSupplier columns = () -> columns(jline);
    String noColour = environment.getOrDefault("NO_COLOR", "");
    return Optional.of(
        new Terminal(new StatusLine(System.err, columns), columns, noColour.isEmpty()));
  }

  private static int columns(JniTerminalProvider jline) {
    int columns = jline.systemStreamWidth(SystemStream.Error);
    return columns < 1 ? COLUMNS_UNKNOWN : columns;
  }

  /** It is loaded, and a process that is killed would leave it behind. */
  private static void removeUnpackedLibrary() {
    String library = JLineNativeLoader.getNativeLibraryPath();
    if (library == null) {
      return;
    }
    try {
      Files.deleteIfExists(Path.of(library));
      Files.deleteIfExists(Path.of(library + ".lck"));
    } catch (IOException e) {
      // Where what is loaded cannot be removed, JLine does so at its next start.
    }
  }
}
