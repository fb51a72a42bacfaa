package dev.windlass.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceRulesTest {
  /** The JVM puts a vector that leaves its method into an object, so all of a round is in one. */
  private static final String UNROLLED = ".*/VectorLanes\\.java:\\d+: method permute .*";

  @TempDir private Path folder;

  @Test
  void shouldFindNothingTooLongInTheWholeTree() throws IOException {
    List<Path> sources = sources();

    assertTrue(sources.size() > 100, "only " + sources.size() + " sources found");
    assertEquals(
        List.of(),
        SourceRules.breaches(sources).stream().filter(line -> !line.matches(UNROLLED)).toList());
  }

  @Test
  void shouldNameWhatIsTooLong() throws IOException {
    Path source = folder.resolve("Wide.java");
    Files.writeString(
        source,
        "class Wide {\n"
            + "  void many(int a, int b, int c, int d, int e, int f, int g) {}\n"
            + "  void lengthy() {\n"
            + "    a();\n".repeat(69)
            + "  }\n"
            + "  void fits() {\n"
            + "    a();\n".repeat(68)
            + "  }\n"
            + "  //\n".repeat(500)
            + "}\n");

    assertEquals(
        List.of(
            source + ":1: class Wide has 644 lines, more than 600",
            source + ":2: method many has 7 parameters, more than 6",
            source + ":3: method lengthy has 71 lines, more than 70"),
        SourceRules.breaches(List.of(source)));
  }

  private static List<Path> sources() throws IOException {
    Path root = Path.of(System.getProperty("windlass.root"));
    try (Stream<Path> all = Files.walk(root, 20)) {
      return all.filter(path -> path.toString().endsWith(".java"))
          .filter(path -> path.toString().contains("/src/main/java/"))
          .toList();
    }
  }
}
