package dev.windlass.server.http;

import dev.windlass.node.BanName;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Set;

/**
 * The body of {@code POST /v1/bans}: {@code {"id": "...", "for": "24h", "reason": "..."}}. Only the
 * id is required. It is a peer, its enode, or the address of a host.
 */
record BanRequest(BanName name, Duration duration, String reason) {
  /** More than an enode and a reason need. */
  static final int BYTES_MAX = 4096;

  private static final int REASON_MAX = 200;
  private static final Set<String> KEYS = Set.of("id", "for", "reason");
  private static final String EXPECTED =
      "expected {\"id\": \"...\", \"for\": \"24h\", \"reason\": \"...\"}";

  /** Parses a body. The message of an IllegalArgumentException says what is expected. */
  static BanRequest parse(Buffer body) {
    JsonObject json = object(body);
    for (String key : json.fieldNames()) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException("an unknown key: " + EXPECTED);
      }
    }
    return new BanRequest(name(text(json, "id", "")), time(json), reason(json));
  }

  /** Reads a name. Throws an IllegalArgumentException that says what is expected. */
  static BanName name(String text) {
    try {
      return BanName.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("id is no peer and no host: " + BanName.EXPECTED, e);
    }
  }

  private static Duration time(JsonObject json) {
    String text = text(json, "for", "");
    try {
      return text.isEmpty() ? OperatorTime.USUAL_BAN : OperatorTime.BAN.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("for is not a time: " + e.getMessage(), e);
    }
  }

  private static String reason(JsonObject json) {
    String text = text(json, "reason", "no reason was given");
    boolean isLine = text.chars().noneMatch(Character::isISOControl);
    if (text.length() > REASON_MAX || !isLine) {
      throw new IllegalArgumentException(
          "reason is no line of at most " + REASON_MAX + " characters");
    }
    return text;
  }

  private static String text(JsonObject json, String key, String otherwise) {
    Object value = json.getValue(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException(key + " is no text: " + EXPECTED);
  }

  private static JsonObject object(Buffer body) {
    try {
      return new JsonObject(body);
    } catch (DecodeException | ClassCastException e) {
      throw new IllegalArgumentException("not a JSON object: " + EXPECTED, e);
    }
  }
}
