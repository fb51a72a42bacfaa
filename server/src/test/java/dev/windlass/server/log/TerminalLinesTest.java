package dev.windlass.server.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import dev.windlass.chain.Hash;
import dev.windlass.p2p.log.Quantity;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.KeyValuePair;

class TerminalLinesTest {
  private static final Hash HASH = Hash.ofLongs(0x1122334455667788L, 0, 0, 0xabcdef);
  private static final String ESCAPE = "\u001b[";

  private final AtomicInteger columns = new AtomicInteger(80);

  private static LoggingEvent event(Level level, String message) {
    LoggingEvent event = new LoggingEvent();
    event.setLoggerContext(new LoggerContext());
    event.setLevel(level);
    event.setMessage(message);
    event.setTimeStamp(0);
    return event;
  }

  private static LoggingEvent imported() {
    LoggingEvent event = event(Level.INFO, "Imported new chain segment");
    event.setKeyValuePairs(
        List.of(
            new KeyValuePair("number", new Quantity.Count(52_480)),
            new KeyValuePair("hash", HASH),
            new KeyValuePair("blocks", new Quantity.Count(20_480)),
            new KeyValuePair("reason", "of " + HASH + " and\n\u001b[2Jmore")));
    return event;
  }

  private String shown(LoggingEvent event) {
    return new TerminalLines(columns::get, true).doLayout(event);
  }

  /** The time of day depends on the zone. */
  private static List<String> withoutTime(String line) {
    return line.replaceFirst("\\d\\d:\\d\\d:\\d\\d", "HH:MM:SS").lines().toList();
  }

  @Test
  void shouldFoldBetweenWordsAndShortenEachHash() {
    assertEquals(
        List.of(
            "INFO  HH:MM:SS Imported new chain segment number=52,480 hash=0x11223344…abcdef",
            "               blocks=20,480 reason=of 0x11223344…abcdef and??[2Jmore"),
        withoutTime(shown(imported())));
  }

  @Test
  void shouldIndentLessWhenTheTerminalIsNarrow() {
    columns.set(40);

    assertEquals(
        List.of(
            "INFO  HH:MM:SS Imported new chain",
            "  segment number=52,480",
            "  hash=0x11223344…abcdef blocks=20,480",
            "  reason=of 0x11223344…abcdef",
            "  and??[2Jmore"),
        withoutTime(shown(imported())));
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 60, 80, 200})
  void shouldFitTheTerminal(int width) {
    columns.set(width);

    for (String row : shown(imported()).lines().toList()) {
      assertTrue(row.length() <= width, row);
    }
  }

  @Test
  void shouldMarkWhatIsNotAsItShouldBe() {
    assertTrue(shown(event(Level.WARN, "x")).startsWith(ESCAPE + "1;33mWARN " + ESCAPE + "0m "));
    assertTrue(shown(event(Level.ERROR, "x")).startsWith(ESCAPE + "1;31mERROR" + ESCAPE + "0m "));
    assertTrue(shown(event(Level.INFO, "x")).startsWith("INFO  "));
  }

  @Test
  void shouldUseNoColourWhenNoneIsWanted() {
    TerminalLines lines = new TerminalLines(columns::get, false);

    assertTrue(lines.doLayout(event(Level.ERROR, "x")).startsWith("ERROR "));
  }
}
