package dev.windlass.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import dev.windlass.chain.Hash;
import dev.windlass.p2p.log.Quantity;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.event.KeyValuePair;

/** Formats values for people, with one format for each kind of value. */
public final class Words {
  private static final Pattern HASH = Pattern.compile("0x[0-9a-f]{64}(?![0-9a-f])");

  /**
   * Control characters, including those above ASCII, those that change the direction of text, and
   * line separators.
   */
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

  private Words() {}

  /** A value of a log line. */
  public static String of(Object value) {
    if (value instanceof Quantity quantity) {
      return quantity.text();
    }
    if (value instanceof Hash hash) {
      return hash.shortHex();
    }
    return shortened(printable(String.valueOf(value)));
  }

  /** The figures of an event as name=value, each after a space. */
  static String figures(ILoggingEvent event) {
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    StringBuilder figures = new StringBuilder();
    if (pairs != null) {
      for (KeyValuePair pair : pairs) {
        figures.append(' ').append(pair.key).append('=').append(of(pair.value));
      }
    }
    return figures.toString();
  }

  /** The message of an event without its figures. */
  static String message(ILoggingEvent event) {
    return shortened(printable(event.getFormattedMessage()));
  }

  /** The stack trace of an event's exception, if it has one. */
  static String problem(ILoggingEvent event) {
    return event.getThrowableProxy() == null
        ? ""
        : ThrowableProxyUtil.asString(event.getThrowableProxy());
  }

  /** Replaces control characters, since an untrusted peer must not control the terminal. */
  public static String printable(String text) {
    return CONTROL.matcher(text).replaceAll("?");
  }

  /** The text with each hash in it shortened. */
  static String shortened(String text) {
    Matcher matcher = HASH.matcher(text);
    return matcher.replaceAll(hash -> Hash.fromHex(hash.group()).shortHex());
  }
}
