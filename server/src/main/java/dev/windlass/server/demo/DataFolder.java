package dev.windlass.server.demo;

import dev.windlass.node.JobFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data path of a demo. It is the user's, which is kept, or a temporary one, which is removed at
 * the end.
 */
final class DataFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);

  private final Path path;
  private final boolean isTemporary;

  private DataFolder(Path path, boolean isTemporary) {
    this.path = path;
    this.isTemporary = isTemporary;
  }

  static DataFolder of(Optional<Path> chosen) {
    if (chosen.isPresent()) {
      return new DataFolder(chosen.get(), false);
    }
    try {
      return new DataFolder(
          Files.createTempDirectory("windlass-demo-" + ProcessHandle.current().pid() + "-"), true);
    } catch (IOException e) {
      throw new JobFailedException(
          "cannot make a temporary folder (" + e.getMessage() + "): name one with --data-path", e);
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    if (!isTemporary) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      LOG.atWarn()
          .setMessage("Cannot remove a folder")
          .addKeyValue("folder", path)
          .addKeyValue("reason", e.getMessage())
          .log();
    }
  }
}
