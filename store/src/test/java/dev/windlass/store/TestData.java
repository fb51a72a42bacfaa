package dev.windlass.store;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * Finds the public chain data that is not part of the tree. Tests that need it skip if it is
 * absent.
 */
final class TestData {
  private TestData() {}

  static Path path(String relative) {
    String named = System.getenv("WINDLASS_TEST_DATA");
    Path root =
        named != null
            ? Path.of(named)
            : Path.of(System.getProperty("windlass.root", "."), "..", "shared", "data");
    Path path = root.resolve(relative).normalize();
    if (!Files.exists(path)) {
      String skipped = "skipped: " + path + " is absent; WINDLASS_TEST_DATA names its folder";
      // Maven does not show the reason.
      System.err.println(skipped);
      Assumptions.abort(skipped);
    }
    return path;
  }
}
