package dev.windlass.server;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets up what is logged, and in which form, once the command line is known. Until then {@code
 * logback.xml} holds.
 */
public final class Logging {
  /** As geth: level, time, message, then the figures as name=value. */
  private static final String TEXT_PATTERN =
      "%-5level[%d{MM-dd|HH:mm:ss.SSS}] %-40msg %kvp{NONE}%n";

  /** Libraries that tell their whole life at debug; only their warnings are of use here. */
  private static final String[] TALKATIVE = {"io.netty", "io.vertx"};

  /** The least severe kind of line that is written. */
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

  /** Replaces whatever was set up before. */
  public static void configure(Level level, Format format, OutputStream target) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    appender.setContext(context);
    appender.setName("stderr");
    appender.setEncoder(encoder(format, context));
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

  private static Encoder<ILoggingEvent> encoder(Format format, LoggerContext context) {
    if (format == Format.JSON) {
      JsonEncoder json = new JsonEncoder();
      json.setContext(context);
      json.setWithSequenceNumber(false);
      json.setWithNanoseconds(false);
      json.setWithContext(false);
      json.setWithArguments(false);
      json.setWithMessage(false);
      json.setWithFormattedMessage(true);
      json.start();
      return json;
    }
    PatternLayoutEncoder text = new PatternLayoutEncoder();
    text.setContext(context);
    text.setPattern(TEXT_PATTERN);
    text.setCharset(StandardCharsets.UTF_8);
    text.start();
    return text;
  }
}
