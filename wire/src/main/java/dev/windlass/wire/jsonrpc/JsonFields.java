package dev.windlass.wire.jsonrpc;

import dev.windlass.chain.Hash;
import dev.windlass.chain.rlp.RlpWriter;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The fields of one JSON object of a JSON-RPC answer, in the encodings of execution-apis: data as
 * {@code 0x} and two digits a byte, quantities as {@code 0x} and digits without leading zeros.
 *
 * <p>Throws a {@link BlockJsonException} for a field that is absent or has another form.
 */
final class JsonFields {
  private static final HexFormat HEX = HexFormat.of();

  /** An integer of 256 bits. */
  private static final int QUANTITY_DIGITS_MAX = 64;

  private final JsonObject object;
  private final String name;

  /**
   * @param name of the object, for error messages
   */
  JsonFields(JsonObject object, String name) {
    this.object = object;
    this.name = name;
  }

  /** One that must be an object. */
  static JsonFields of(Object value, String name) {
    if (value instanceof JsonObject object) {
      return new JsonFields(object, name);
    }
    throw new BlockJsonException(name + " is no object");
  }

  boolean has(String field) {
    return object.getValue(field) != null;
  }

  /** The value of a field as it is. Null if it is absent. */
  Object value(String field) {
    return object.getValue(field);
  }

  /** Writes data of a fixed length. */
  void data(RlpWriter out, String field, int bytes) {
    byte[] data = data(field);
    if (data.length != bytes) {
      throw wrong(field, "has " + data.length + " bytes, not " + bytes);
    }
    out.string(data);
  }

  /** Writes data of any length. */
  void data(RlpWriter out, String field) {
    out.string(data(field));
  }

  /** Writes an address, or an empty string if there is none. */
  void addressOrNone(RlpWriter out, String field) {
    if (has(field)) {
      data(out, field, 20);
    } else {
      out.string(new byte[0]);
    }
  }

  void quantity(RlpWriter out, String field) {
    out.string(quantity(field));
  }

  /** The bytes of a quantity, without leading zeros. */
  byte[] quantity(String field) {
    String digits = digits(field);
    int from = 0;
    while (from < digits.length() && digits.charAt(from) == '0') {
      from++;
    }
    digits = digits.substring(from);
    if (digits.length() > QUANTITY_DIGITS_MAX) {
      throw wrong(field, "is larger than 256 bits");
    }
    return bytes(field, digits.length() % 2 == 0 ? digits : "0" + digits);
  }

  /** A quantity of at most 63 bits. */
  long number(String field) {
    byte[] bytes = quantity(field);
    long number = 0;
    for (byte b : bytes) {
      number = (number << 8) | (b & 0xff);
    }
    if (bytes.length > Long.BYTES || number < 0) {
      throw wrong(field, "is larger than 63 bits");
    }
    return number;
  }

  byte[] data(String field) {
    String digits = digits(field);
    if (digits.length() % 2 != 0) {
      throw wrong(field, "has half a byte");
    }
    return bytes(field, digits);
  }

  Hash hash(String field) {
    byte[] data = data(field);
    if (data.length != Hash.BYTES) {
      throw wrong(field, "is no hash");
    }
    return Hash.of(data);
  }

  /** The items of an array. */
  List<Object> list(String field) {
    if (object.getValue(field) instanceof JsonArray array) {
      return array.stream().toList();
    }
    throw wrong(field, has(field) ? "is no array" : "is absent");
  }

  List<JsonFields> objects(String field, String itemName) {
    List<Object> items = list(field);
    return IntStream.range(0, items.size())
        .mapToObj(i -> of(items.get(i), itemName + " " + i))
        .toList();
  }

  BlockJsonException wrong(String field, String what) {
    return new BlockJsonException("the field " + field + " of " + name + " " + what);
  }

  String name() {
    return name;
  }

  Iterable<String> fieldNames() {
    return object.fieldNames();
  }

  private String digits(String field) {
    Object value = object.getValue(field);
    if (value == null) {
      throw wrong(field, "is absent");
    }
    if (!(value instanceof String text) || !text.startsWith("0x")) {
      throw wrong(field, "is not in hex");
    }
    return text.substring(2);
  }

  private byte[] bytes(String field, String digits) {
    try {
      return HEX.parseHex(digits);
    } catch (IllegalArgumentException e) {
      throw wrong(field, "is not in hex");
    }
  }
}
