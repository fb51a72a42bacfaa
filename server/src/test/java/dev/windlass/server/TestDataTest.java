package dev.windlass.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * Tests that want public chain data skip if it is absent, which is right for a user and wrong in a
 * CI run: there every one of these tests would be green and none would have run.
 */
class TestDataTest {
  private static final Pattern ASKED =
      Pattern.compile("(?:TestData\\.path|Toolbox\\.data)\\(\"(?<name>[^\"]+)\"");

  private final Path root = Path.of(System.getProperty("windlass.root"));

  private Path folder() {
    return Optional.ofNullable(System.getenv("WINDLASS_TEST_DATA"))
        .map(Path::of)
        .orElse(root.resolve("../shared/data"));
  }

  /** All that the tests of all modules ask for by name. */
  private Set<Path> asked() throws IOException {
    Set<Path> asked = new TreeSet<>();
    try (Stream<Path> all = Files.walk(root, 20)) {
      for (Path source : (Iterable<Path>) all.filter(TestDataTest::isTest)::iterator) {
        Matcher names = ASKED.matcher(Files.readString(source));
        while (names.find()) {
          asked.add(folder().resolve(names.group("name")).normalize());
        }
      }
    }
    return asked;
  }

  private static boolean isTest(Path path) {
    return path.toString().endsWith(".java") && path.toString().contains("/src/test/java/");
  }

  @Test
  void shouldFindWhatTheTestsAskFor() throws IOException {
    Set<Path> asked = asked();
    assertTrue(asked.size() > 8, asked::toString);
    assertTrue(
        asked.contains(folder().resolve("mainnet/0-999.blocks.rlp").normalize()), asked::toString);
  }

  @Test
  @EnabledIfEnvironmentVariable(
      named = "CI",
      matches = "true",
      disabledReason = "a user may have no chain data")
  void shouldHaveItsDataInACiRun() throws IOException {
    List<Path> missing = asked().stream().filter(path -> !Files.exists(path)).toList();
    assertEquals(
        List.of(), missing, "CI is true, and tests would skip: WINDLASS_TEST_DATA names the data");
  }
}
