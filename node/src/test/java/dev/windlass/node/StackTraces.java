package dev.windlass.node;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/**
 * The stack traces in the log, of libraries as well, and those of threads that end by an exception.
 */
public final class StackTraces extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final List<String> found = new CopyOnWriteArrayList<>();
  private final Thread.UncaughtExceptionHandler before =
      Thread.getDefaultUncaughtExceptionHandler();

  public StackTraces() {
    setContext(root.getLoggerContext());
    start();
    root.addAppender(this);
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, problem) -> found.add(thread.getName() + ": " + problem));
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (event.getThrowableProxy() != null) {
      found.add(
          event.getFormattedMessage() + ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
  }

  public List<String> found() {
    return List.copyOf(found);
  }

  @Override
  public void close() {
    root.detachAppender(this);
    Thread.setDefaultUncaughtExceptionHandler(before);
    stop();
  }
}
