package dev.windlass.server.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MetricTest {
  @Test
  void shouldBeDocumentedWithTheSameWords() throws IOException {
    Path root = Path.of(System.getProperty("windlass.root"));
    String document = Files.readString(root.resolve("docs/operations.md"));

    for (Metric metric : Metric.values()) {
      assertTrue(
          document
              .lines()
              .anyMatch(
                  line ->
                      line.startsWith("| `" + metric.text() + "` |")
                          && line.endsWith("| " + metric.help() + " |")),
          () -> metric.text() + " is not in docs/operations.md as: " + metric.help());
    }
  }
}
