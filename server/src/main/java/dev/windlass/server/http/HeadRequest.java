package dev.windlass.server.http;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/**
 * The body of {@code POST /v1/heads}: {@code {"hash": "0x...", "number": n}}. The number is
 * optional.
 */
final class HeadRequest {
  /** More than a hash and a number need. */
  static final int BYTES_MAX = 1024;

  private static final String EXPECTED = "expected {\"hash\": \"0x...\", \"number\": 123}";

  /** Parses a body. The message of an IllegalArgumentException says what is expected. */
  static Head parse(Buffer body) {
    JsonObject json = object(body);
    for (String key : json.fieldNames()) {
      if (!key.equals("hash") && !key.equals("number")) {
        throw new IllegalArgumentException("unknown key '" + shown(key) + "': " + EXPECTED);
      }
    }
    if (!(json.getValue("hash") instanceof String hash)) {
      throw new IllegalArgumentException("no hash: " + EXPECTED);
    }
    return Head.of(hash(hash), number(json.getValue("number")));
  }

  private HeadRequest() {}

  private static JsonObject object(Buffer body) {
    try {
      if (body != null && body.length() > 0) {
        return new JsonObject(body);
      }
    } catch (DecodeException | ClassCastException e) {
      throw new IllegalArgumentException("not a JSON object: " + EXPECTED, e);
    }
    throw new IllegalArgumentException("no body: " + EXPECTED);
  }

  /** Parses a hash. Throws an IllegalArgumentException if it is none. */
  static Hash hash(String text) {
    try {
      return Hash.fromHex(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + shown(text) + "' is no hash: expected 0x and 64 hexadecimal digits", e);
    }
  }

  private static long number(Object value) {
    if (value == null) {
      return Head.NUMBER_UNKNOWN;
    }
    if ((value instanceof Integer || value instanceof Long) && ((Number) value).longValue() >= 0) {
      return ((Number) value).longValue();
    }
    throw new IllegalArgumentException(
        "'" + shown(value.toString()) + "' is no block number: expected a number from 0");
  }

  /** The input as one short line of printable characters. */
  static String shown(String text) {
    String line = text.replaceAll("[^\\x20-\\x7e]", "?");
    return line.length() <= 80 ? line : line.substring(0, 80) + "...";
  }
}
