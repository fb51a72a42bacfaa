package dev.windlass.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoggingTest {
  private final ByteArrayOutputStream target = new ByteArrayOutputStream();

  @AfterEach
  void restore() {
    Logging.configure(Logging.Level.INFO, Logging.Format.TEXT, System.err);
  }

  @Test
  void shouldWriteFiguresBehindTheMessageAsGethDoes() {
    Logging.configure(Logging.Level.INFO, Logging.Format.TEXT, target);

    log("dev.windlass.test");

    assertTrue(
        shown().matches("(?s)INFO \\[\\d\\d-\\d\\d\\|[0-9:.]+] Hauling blocks +number=7 ?\\R"),
        shown());
  }

  @Test
  void shouldWriteOneJsonObjectPerLine() {
    Logging.configure(Logging.Level.INFO, Logging.Format.JSON, target);

    log("dev.windlass.test");

    assertEquals(1, shown().lines().count());
    JsonObject line = new JsonObject(shown());
    assertEquals("INFO", line.getString("level"));
    assertEquals("Hauling blocks", line.getString("formattedMessage"));
    assertEquals("7", line.getJsonArray("kvpList").getJsonObject(0).getString("number"));
  }

  @Test
  void shouldWriteNothingBelowTheLevel() {
    Logging.configure(Logging.Level.WARN, Logging.Format.TEXT, target);

    log("dev.windlass.test");

    assertEquals("", shown());
  }

  @Test
  void shouldKeepLibrariesQuietWhenTheLevelIsDebug() {
    Logging.configure(Logging.Level.DEBUG, Logging.Format.TEXT, target);

    log("io.netty.something");
    LoggerFactory.getLogger("dev.windlass.test").debug("ours");

    assertFalse(shown().contains("Hauling"), shown());
    assertTrue(shown().contains("ours"), shown());
  }

  private static void log(String logger) {
    LoggerFactory.getLogger(logger)
        .atInfo()
        .setMessage("Hauling blocks")
        .addKeyValue("number", 7)
        .log();
  }

  private String shown() {
    return target.toString(StandardCharsets.UTF_8);
  }
}
