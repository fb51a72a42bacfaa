package dev.windlass.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import dev.windlass.chain.Hash;
import dev.windlass.p2p.log.Quantity;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.event.KeyValuePair;

/** How values are written for people: one way for each kind, wherever it is shown. */
public final class Words {
  private static final Pattern HASH = Pattern.compile("0x[0-9a-f]{64}(?![0-9a-f])");

  /** Also those of eight bits, and those that turn the direction of writing or end a line. */
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

  /** Its figures as name=value, each after a space. */
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

  /** What happens, without the figures. */
  static String message(ILoggingEvent event) {
    return shortened(printable(event.getFormattedMessage()));
  }

  /** What went wrong with its stack, where it carries an exception. */
  static String problem(ILoggingEvent event) {
    return event.getThrowableProxy() == null
        ? ""
        : ThrowableProxyUtil.asString(event.getThrowableProxy());
  }

  /** A terminal obeys what stands in its text; an untrusted peer must not write any of it. */
  public static String printable(String text) {
    return CONTROL.matcher(text).replaceAll("?");
  }

  /** The text with each hash in it shortened. */
  static String shortened(String text) {
    Matcher matcher = HASH.matcher(text);
    return matcher.replaceAll(hash -> Hash.fromHex(hash.group()).shortHex());
  }
}
