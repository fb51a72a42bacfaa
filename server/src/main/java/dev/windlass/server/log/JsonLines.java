package dev.windlass.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import dev.windlass.p2p.log.Quantity;
import io.vertx.core.json.Json;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.event.KeyValuePair;

/**
 * Writes the log for machines, one flat JSON object a line, with each figure as a field of its own
 * type. Thread-safe.
 *
 * <pre>
 * {"timestamp": ISO 8601 in UTC with milliseconds, "level", "logger", "message": the fixed words,
 *  NAME: value ..., "exception": its stack}
 * </pre>
 *
 * <p>Numbers are numbers, times seconds, shares 0 to 1, hashes whole; all else is text.
 */
public final class JsonLines extends LayoutBase<ILoggingEvent> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  @Override
  public String doLayout(ILoggingEvent event) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("timestamp", TIME.format(event.getInstant()));
    fields.put("level", event.getLevel().toString());
    fields.put("logger", event.getLoggerName());
    fields.put("message", event.getFormattedMessage());
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs != null) {
      for (KeyValuePair pair : pairs) {
        fields.put(free(pair.key, fields), field(pair.value));
      }
    }
    if (event.getThrowableProxy() != null) {
      fields.put(free("exception", fields), Words.problem(event));
    }
    return Json.encode(fields) + "\n";
  }

  /** A name for a figure that does not replace another field. */
  private static String free(String name, Map<String, Object> fields) {
    String free = name;
    while (fields.containsKey(free)) {
      free += "_";
    }
    return free;
  }

  private static Object field(Object value) {
    Object bare = value instanceof Quantity quantity ? quantity.number() : value;
    if (bare instanceof Double number && !Double.isFinite(number)) {
      // JSON has no NaN or infinity.
      return null;
    }
    return bare == null || bare instanceof Number || bare instanceof Boolean
        ? bare
        : String.valueOf(bare);
  }
}
