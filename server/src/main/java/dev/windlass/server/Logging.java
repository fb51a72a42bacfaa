package dev.windlass.server;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import dev.windlass.server.log.FileLines;
import dev.windlass.server.log.JsonLines;
import dev.windlass.server.log.TerminalLines;
import dev.windlass.server.show.Terminal;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets up the level and the format of the log once the command line is parsed. Until then {@code
 * logback.xml} applies.
 */
public final class Logging {
  /** Libraries that log too much at debug. Only their warnings are useful. */
  private static final String[] TALKATIVE = {"io.netty", "io.vertx", "io.micrometer"};

  /** The lowest level that is logged. */
  public enum Level {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR,
    OFF;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Lines for people, or one JSON object per line. */
  public enum Format {
    TEXT,
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private Logging() {}

  /** Replaces the current setup by lines in this format. */
  public static void configure(Level level, Format format, OutputStream target) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    configure(
        level,
        encoder(format == Format.JSON ? new JsonLines() : new FileLines(), context),
        target,
        context);
  }

  /** Replaces the current setup by lines for a terminal. */
  public static void configure(Level level, Terminal terminal) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    TerminalLines lines = new TerminalLines(terminal.columns(), terminal.isColoured());
    configure(level, encoder(lines, context), terminal.line(), context);
  }

  private static void configure(
      Level level, Encoder<ILoggingEvent> encoder, OutputStream target, LoggerContext context) {
    context.reset();
    OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    appender.setContext(context);
    appender.setName("stderr");
    encoder.start();
    appender.setEncoder(encoder);
    appender.setOutputStream(target);
    appender.start();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(ch.qos.logback.classic.Level.toLevel(level.name()));
    root.addAppender(appender);
    for (String name : TALKATIVE) {
      if (root.getLevel().toInt() < ch.qos.logback.classic.Level.WARN_INT) {
        context.getLogger(name).setLevel(ch.qos.logback.classic.Level.WARN);
      }
    }
  }

  private static Encoder<ILoggingEvent> encoder(
      Layout<ILoggingEvent> layout, LoggerContext context) {
    layout.setContext(context);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setLayout(layout);
    encoder.setCharset(StandardCharsets.UTF_8);
    return encoder;
  }
}
