package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.LoggerFactory;

/** What the node writes down of its peers, line by line as it comes. */
public final class LogTap extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private static final long SECONDS_MAX = 30;

  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.windlass");
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  public LogTap() {
    setContext(logger.getLoggerContext());
    start();
    logger.setLevel(Level.DEBUG);
    logger.setAdditive(false);
    logger.addAppender(this);
  }

  @Override
  protected void append(ILoggingEvent event) {
    lines.add(
        event.getLevel() + " " + event.getFormattedMessage() + " " + event.getKeyValuePairs());
  }

  /** The next line that has all of these in it; those before it are passed over. */
  public String await(String... parts) throws InterruptedException {
    Predicate<String> wanted =
        line -> {
          for (String part : parts) {
            if (!line.contains(part)) {
              return false;
            }
          }
          return true;
        };
    StringBuilder passed = new StringBuilder();
    while (true) {
      String line = lines.poll(SECONDS_MAX, TimeUnit.SECONDS);
      assertTrue(line != null, () -> "none of these:\n" + passed);
      if (wanted.test(line)) {
        return line;
      }
      passed.append(line).append('\n');
    }
  }

  /** How many of the lines that came, and were not awaited, have this in them. */
  public long count(String part) {
    return lines.stream().filter(line -> line.contains(part)).count();
  }

  /** Waits until each of these was in some line, whichever came first. */
  public void awaitAll(List<String> messages, String part) throws InterruptedException {
    Set<String> missing = new HashSet<>(messages);
    while (!missing.isEmpty()) {
      String line = await(part);
      missing.removeIf(line::contains);
    }
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    logger.setAdditive(true);
    logger.setLevel(null);
  }
}
