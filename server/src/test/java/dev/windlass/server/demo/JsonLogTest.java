package dev.windlass.server.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.server.ChildWindlass;
import dev.windlass.server.Windlass;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that a run logs, down to the last trace, as a machine reads it. */
class JsonLogTest {
  private static final Set<String> NUMBERS =
      Set.of(
          "number", "blocks", "hashes", "of", "done", "txs", "rate", "eta", "elapsed", "peers",
          "ticket", "items", "tip", "sync", "links");
  private static final Set<String> HASHES = Set.of("head", "hash", "anchor");

  @TempDir private Path folder;

  private List<String> logOfARun() throws Exception {
    String[] args = Windlass.demo("--blocks", "600", "--log-format", "json");
    args[2] = "trace";
    List<String> lines = new ArrayList<>();
    try (ChildWindlass child = new ChildWindlass(folder.resolve("out.txt"), args)) {
      for (String line = child.logLine(); line != null; line = child.logLine()) {
        lines.add(line);
      }
      assertEquals(0, child.exitCode(), () -> String.join("\n", lines));
    }
    return lines;
  }

  @Test
  void shouldWriteEachLineAsOneFlatObjectWithTypedFields() throws Exception {
    Set<String> messages = new HashSet<>();
    Set<String> fields = new HashSet<>();
    for (String line : logOfARun()) {
      JsonObject object = new JsonObject(line);
      assertEquals(
          List.of("timestamp", "level", "logger", "message"),
          object.fieldNames().stream().limit(4).toList(),
          line);
      for (Map.Entry<String, Object> field : object) {
        assertTyped(field.getKey(), field.getValue(), line);
        fields.add(field.getKey());
      }
      // The message of a line is fixed. Its values are in the fields.
      assertFalse(object.getString("message").matches(".*(\\d|=|\\{}).*"), line);
      messages.add(object.getString("message"));
    }
    assertTrue(
        messages.containsAll(
            List.of(
                "Sync begins",
                "Sync done",
                "Imported new chain segment",
                "In sync",
                "Inserted",
                "Asked headers",
                "Answered bodies",
                "Peer banned",
                "HTTP is served")),
        messages::toString);
    assertTrue(
        fields.containsAll(List.of("number", "hash", "txs", "elapsed", "items", "ticket")),
        fields::toString);
  }

  private static void assertTyped(String name, Object value, String line) {
    assertFalse(value instanceof JsonObject || value instanceof JsonArray, line);
    if (NUMBERS.contains(name)) {
      assertInstanceOf(Number.class, value, line);
    } else if (HASHES.contains(name)) {
      assertTrue(value.toString().matches("0x[0-9a-f]{64}"), line);
    } else if (value instanceof String text) {
      assertFalse(text.matches("[\\d,.]+(%|s|/s)?"), () -> name + " is a number in " + line);
      assertFalse(text.contains("…"), line);
    }
  }
}
