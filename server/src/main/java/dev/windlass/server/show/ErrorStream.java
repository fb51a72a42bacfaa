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

/** Detects whether the error stream is a terminal, and its width, with JLine. */
public final class ErrorStream {
  /** The launcher sets it, so that no library is unpacked if there is no terminal. */
  private static final String HINT = "windlass.terminal";

  /** The width of a terminal that does not know it, such as a serial line. */
  private static final int COLUMNS_UNKNOWN = 80;

  /**
   * The logger of JLine, which warns of libraries that do not load. The field keeps it from garbage
   * collection, which would reset its level.
   */
  private static final Logger JLINE = Logger.getLogger("org.jline");

  private ErrorStream() {}

  /** The terminal of the error stream, if there is one that can draw. */
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

  /**
   * Removes the unpacked library once it is loaded, since a killed process would leave it behind.
   */
  private static void removeUnpackedLibrary() {
    String library = JLineNativeLoader.getNativeLibraryPath();
    if (library == null) {
      return;
    }
    try {
      Files.deleteIfExists(Path.of(library));
      Files.deleteIfExists(Path.of(library + ".lck"));
    } catch (IOException e) {
      // If a loaded library cannot be removed, JLine removes it at its next start.
    }
  }
}
