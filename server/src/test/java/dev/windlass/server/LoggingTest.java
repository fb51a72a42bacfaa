package dev.windlass.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.p2p.log.Quantity;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoggingTest {
  private static final Hash HASH = Hash.ofLongs(0x1122334455667788L, 0, 0, 0xabcdef);

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
        shown().matches("(?s)INFO \\[\\d\\d-\\d\\d\\|[0-9:.]+] Syncing blocks +number=7 ?\\R"),
        shown());
  }

  @Test
  void shouldWriteOneFlatObjectWithTypedFieldsForMachines() {
    Logging.configure(Logging.Level.INFO, Logging.Format.JSON, target);

    LoggerFactory.getLogger("dev.windlass.test")
        .atWarn()
        .setMessage("Syncing blocks")
        .setCause(new IllegalStateException("two\nlines"))
        .addKeyValue("number", new Quantity.Count(1_234_567))
        .addKeyValue("hash", HASH)
        .addKeyValue("rate", new Quantity.Rate(2_560.04))
        .addKeyValue("done", new Quantity.Share(43_799, 100_000))
        .addKeyValue("eta", new Quantity.Time(125_250_000_000L))
        .addKeyValue("peers", 7)
        .addKeyValue("isLate", true)
        .addKeyValue("origin", (Object) null)
        .addKeyValue("peer", PeerId.of("enode:ab"))
        .addKeyValue("level", "high")
        .addKeyValue("reason", "of\nit")
        .log();

    assertEquals(1, shown().lines().count(), shown());
    JsonObject line = new JsonObject(shown());
    assertEquals(
        List.of(
            "timestamp",
            "level",
            "logger",
            "message",
            "number",
            "hash",
            "rate",
            "done",
            "eta",
            "peers",
            "isLate",
            "origin",
            "peer",
            "level_",
            "reason",
            "exception"),
        List.copyOf(line.fieldNames()));
    assertTrue(
        line.getString("timestamp").matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"),
        shown());
    assertEquals("WARN", line.getString("level"));
    assertEquals("dev.windlass.test", line.getString("logger"));
    assertEquals("Syncing blocks", line.getString("message"));
    assertEquals(1_234_567, line.getValue("number"));
    assertEquals(HASH.toString(), line.getValue("hash"));
    assertEquals(2_560.0, line.getValue("rate"));
    assertEquals(0.4379, line.getValue("done"));
    assertEquals(125.25, line.getValue("eta"));
    assertEquals(7, line.getValue("peers"));
    assertEquals(true, line.getValue("isLate"));
    assertNull(line.getValue("origin"));
    assertEquals("enode:ab", line.getValue("peer"));
    assertEquals("of\nit", line.getValue("reason"));
    assertTrue(line.getString("exception").startsWith("java.lang.IllegalStateException: two\nl"));
  }

  @Test
  void shouldWriteTheSameFiguresForPeople() {
    Logging.configure(Logging.Level.INFO, Logging.Format.TEXT, target);

    LoggerFactory.getLogger("dev.windlass.test")
        .atInfo()
        .setMessage("Syncing blocks")
        .addKeyValue("number", new Quantity.Count(1_234_567))
        .addKeyValue("hash", HASH)
        .addKeyValue("done", new Quantity.Share(43_799, 100_000))
        .addKeyValue("eta", new Quantity.Time(125_250_000_000L))
        .log();

    assertTrue(
        shown().endsWith(" number=1,234,567 hash=0x11223344…abcdef done=43.7% eta=2m05s\n"),
        shown());
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

    assertFalse(shown().contains("Syncing"), shown());
    assertTrue(shown().contains("ours"), shown());
  }

  private static void log(String logger) {
    LoggerFactory.getLogger(logger)
        .atInfo()
        .setMessage("Syncing blocks")
        .addKeyValue("number", 7)
        .log();
  }

  private String shown() {
    return target.toString(StandardCharsets.UTF_8);
  }
}
