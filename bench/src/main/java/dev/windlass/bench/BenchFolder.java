package dev.windlass.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary folder in the current one, so that the user chooses the disk. */
record BenchFolder(Path path) implements AutoCloseable {
  static BenchFolder make(String name) throws IOException {
    return new BenchFolder(Files.createTempDirectory(Path.of("").toAbsolutePath(), name));
  }

  @Override
  public void close() throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> files = Files.walk(path)) {
      deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : deepestFirst) {
      Files.delete(file);
    }
  }
}
