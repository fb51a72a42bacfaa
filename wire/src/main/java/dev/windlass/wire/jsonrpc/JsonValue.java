package dev.windlass.wire.jsonrpc;

import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** One value of a JSON text. Of fields with the same name, the last one counts. */
final class JsonValue {
  private final JsonIndex index;
  private final int at;

  JsonValue(JsonIndex index, int at) {
    this.index = index;
    this.at = at;
  }

  boolean isObject() {
    return index.token(at) == JsonToken.START_OBJECT;
  }

  boolean isArray() {
    return index.token(at) == JsonToken.START_ARRAY;
  }

  /** The value of a field. Null if it is absent or null, or if this is no object. */
  JsonValue field(String name) {
    if (!isObject()) {
      return null;
    }
    int found = -1;
    int end = index.next(at);
    for (int value = at + 1; value < end; value = index.next(value)) {
      if (name.equals(index.name(value))) {
        found = value;
      }
    }
    return found < 0 || index.token(found) == JsonToken.VALUE_NULL
        ? null
        : new JsonValue(index, found);
  }

  boolean hasField(String name) {
    for (int value = at + 1; value < index.next(at); value = index.next(value)) {
      if (name.equals(index.name(value))) {
        return true;
      }
    }
    return false;
  }

  /** The names of the fields of an object. */
  Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    for (int value = at + 1; value < index.next(at); value = index.next(value)) {
      names.add(index.name(value));
    }
    return names;
  }

  /** The items of a list. */
  List<JsonValue> items() {
    List<JsonValue> items = new ArrayList<>();
    for (int value = at + 1; value < index.next(at); value = index.next(value)) {
      items.add(new JsonValue(index, value));
    }
    return items;
  }

  /** A text, number or boolean as Vert.x reads it, and null for null, a list or an object. */
  Object scalar() {
    return switch (index.token(at)) {
      case VALUE_STRING -> string();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Json.decodeValue(number());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  /** A field's {@link #scalar()}. Null if it is absent. */
  Object scalar(String name) {
    JsonValue value = field(name);
    return value == null ? null : value.scalar();
  }

  private String number() {
    byte[] text = index.text();
    int from = index.from(at);
    int to = from;
    while (to < text.length && isOfNumber(text[to])) {
      to++;
    }
    return new String(text, from, to - from, StandardCharsets.US_ASCII);
  }

  private static boolean isOfNumber(byte b) {
    return (b >= '0' && b <= '9') || b == '-' || b == '+' || b == '.' || (b | 0x20) == 'e';
  }

  private String string() {
    byte[] text = index.text();
    int from = index.from(at);
    int to = from + 1;
    while (text[to] != '"') {
      to += text[to] == '\\' ? 2 : 1;
    }
    String quoted = new String(text, from, to + 1 - from, StandardCharsets.UTF_8);
    return (String) Json.decodeValue(quoted);
  }

  /** What holds the digits of a text in hex. Null if this is no text with the prefix 0x. */
  HexDigits digits() {
    if (index.token(at) != JsonToken.VALUE_STRING) {
      return null;
    }
    byte[] text = index.text();
    int from = index.from(at) + 1;
    int to = from;
    while (text[to] != '"') {
      if (text[to] == '\\' || text[to] < 0) {
        return HexDigits.of(string());
      }
      to++;
    }
    return HexDigits.of(text, from, to);
  }
}
