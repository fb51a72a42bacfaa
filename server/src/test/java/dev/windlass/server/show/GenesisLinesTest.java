package dev.windlass.server.show;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class GenesisLinesTest {
  private static final long SECOND = 1_000_000_000L;

  private final Logger logger = (Logger) LoggerFactory.getLogger(GenesisLines.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private long now = 5;

  @BeforeEach
  void listen() {
    log.setContext(logger.getLoggerContext());
    log.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(log);
  }

  @AfterEach
  void detach() {
    logger.detachAppender(log);
    logger.setLevel(null);
  }

  @Test
  void shouldSayHowFarItIsAfterASecondAndThenAsOftenAsASyncDoes() {
    GenesisLines lines = new GenesisLines(Path.of("g.json"), () -> now);
    int[] seconds = {0, 0, 1, 2, 8, 9, 10};
    for (int i = 0; i < seconds.length; i++) {
      now = 5 + seconds[i] * SECOND;
      lines.at("Reading", i / 10.0);
    }
    assertEquals(
        List.of(
            "Reading [file=\"g.json\", done=\"Share[part=2000, whole=10000]\"]",
            "Reading [file=\"g.json\", done=\"Share[part=5000, whole=10000]\"]"),
        log.list.stream()
            .map(event -> event.getFormattedMessage() + " " + event.getKeyValuePairs())
            .toList());
  }
}
