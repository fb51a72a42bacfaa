package dev.windlass.server.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The processes and folders of one test: whatever was started ends with it, the last one first.
 *
 * <p>Logs stay in {@code target/interop/CLASS.METHOD}; data does not.
 */
public final class Nodes implements BeforeEachCallback, AfterEachCallback {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private Path folder;

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    String name =
        context.getRequiredTestClass().getSimpleName()
            + "."
            + context.getRequiredTestMethod().getName();
    folder = root().resolve(name);
    Folders.delete(folder);
    Files.createDirectories(folder);
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
    Folders.delete(folder.resolve("data"));
  }

  /** Where logs and what several tests share lie. */
  public static Path root() {
    return Path.of("target", "interop").toAbsolutePath();
  }

  public Path log(String name) {
    return folder.resolve(name + ".log");
  }

  /** A folder of this name, which goes with the test; where it lies, not the folder itself. */
  public Path data(String name) throws IOException {
    return Files.createDirectories(folder.resolve("data")).resolve(name);
  }

  /** Closes this after the test. */
  public <T extends AutoCloseable> T with(T opened) {
    open.push(opened);
    return opened;
  }
}
