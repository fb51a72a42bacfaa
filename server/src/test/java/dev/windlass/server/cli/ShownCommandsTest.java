package dev.windlass.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each command of the documents is spelled right; other tests run them. */
class ShownCommandsTest {
  private static final Path ROOT = Path.of(System.getProperty("windlass.root"));

  private ImageFile image;
  private Set<String> profiles;

  @BeforeEach
  void read() throws IOException {
    image = ImageFile.read(ROOT.resolve("Dockerfile"));
    profiles =
        Pattern.compile("<profile>\\s*<id>(\\w+)</id>")
            .matcher(Files.readString(ROOT.resolve("pom.xml")))
            .results()
            .map((MatchResult profile) -> profile.group(1))
            .collect(Collectors.toSet());
  }

  private void check(String line) {
    new ShownCommand(image, profiles).check(line);
  }

  private List<String> faults(Path file, List<String> examples) {
    List<String> faults = new ArrayList<>();
    for (String example : examples) {
      try {
        check(example);
      } catch (RuntimeException e) {
        faults.add(ROOT.relativize(file) + ": " + example + ": " + e.getMessage());
      }
    }
    return faults;
  }

  @Test
  void shouldParseEveryCommandOfTheDocuments() throws IOException {
    List<String> faults = new ArrayList<>();
    int examples = 0;
    for (Path document : CodeExamples.documents(ROOT)) {
      List<String> shown = CodeExamples.of(document);
      faults.addAll(faults(document, shown));
      examples += shown.size();
    }
    assertEquals(List.of(), faults);
    assertTrue(examples > 20, "only " + examples + " examples found");
  }

  @Test
  void shouldParseEveryCommandOfTheDockerfile() throws IOException {
    Path file = ROOT.resolve("Dockerfile");
    List<String> shown = CodeExamples.ofComments(file);
    assertEquals(2, shown.size(), shown::toString);
    assertEquals(List.of(), faults(file, shown));
  }

  @Test
  void shouldFindCommandsInBlocksAndInSentences() {
    String document =
        """
        Start `windlass run`, or `windlass
        verify`, not `windlass.jar`:
        ```
        $ ./windlass demo --blocks 5   # five
        docker run \\
          windlass
        synced blocks=5
        ```
        ```yaml
        services:
          windlass:
        ```
        Or `curl http://127.0.0.1:8645/livez`, or `geth attach --exec eth.syncing`.
        """;
    assertEquals(
        Set.of(
            "windlass run",
            "windlass verify",
            "./windlass demo --blocks 5",
            "docker run windlass",
            "services:",
            "curl http://127.0.0.1:8645/livez",
            "geth attach --exec eth.syncing"),
        Set.copyOf(CodeExamples.of(document)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "windlass rum",
        "./windlass run --peer enode://KEY@HOST:PORT",
        "./windlass run --peers enode://KEY",
        "WINDLASS_NETWERK=sepolia ./windlass run",
        "./mvnw verify -Pnone",
        "docker build --build-arg NONE=1 -t windlass .",
        "docker run -e WINDLASS_PEER=file:FILE windlass",
        "docker run -e WINDLASS_NETWORK=none windlass",
        "docker run -p 8645:8646 windlass",
        "docker run -v windlass:/store windlass",
        "docker run --nonsense windlass",
        "docker run windlass rum",
        "docker exec windlass /opt/windlass/none",
        "docker exec windlass windlass peer",
        "docker rum windlass",
        "./mvnw -pl none test",
        "./mvnw test -Dtest=NoTest",
        "services:"
      })
  void shouldFindWhatIsWrong(String line) {
    assertThrows(IllegalArgumentException.class, () -> check(line));
  }
}
