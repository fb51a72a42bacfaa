package dev.windlass.wire.jsonrpc;

import dev.windlass.chain.Hash;
import dev.windlass.chain.rlp.RlpWriter;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The fields of one JSON object of a JSON-RPC answer, in the encodings of execution-apis: data as
 * {@code 0x} and two digits a byte, quantities as {@code 0x} and digits without leading zeros.
 *
 * <p>Throws a {@link BlockJsonException} for a field that is absent or has another form.
 */
final class JsonFields {
  /** An integer of 256 bits. */
  private static final int QUANTITY_DIGITS_MAX = 64;

  private final JsonValue object;
  private final String name;

  /**
   * @param name of the object, for error messages
   */
  JsonFields(JsonValue object, String name) {
    this.object = object;
    this.name = name;
  }

  /** One that must be an object. */
  static JsonFields of(Object value, String name) {
    if (value instanceof JsonValue object && object.isObject()) {
      return new JsonFields(object, name);
    }
    throw new BlockJsonException(name + " is no object");
  }

  boolean has(String field) {
    return object.field(field) != null;
  }

  /** The value of a field. Null if it is absent or null. */
  JsonValue value(String field) {
    return object.field(field);
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
    HexDigits digits = digits(field).withoutLeadingZeros();
    if (digits.count() > QUANTITY_DIGITS_MAX) {
      throw wrong(field, "is larger than 256 bits");
    }
    return bytes(field, digits);
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
    HexDigits digits = digits(field);
    if (digits.count() % 2 != 0) {
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
  List<JsonValue> list(String field) {
    JsonValue list = object.field(field);
    if (list != null && list.isArray()) {
      return list.items();
    }
    throw wrong(field, list != null ? "is no array" : "is absent");
  }

  List<JsonFields> objects(String field, String itemName) {
    List<JsonValue> items = list(field);
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
    return object.names();
  }

  private HexDigits digits(String field) {
    JsonValue value = object.field(field);
    if (value == null) {
      throw wrong(field, "is absent");
    }
    HexDigits digits = value.digits();
    if (digits == null) {
      throw wrong(field, "is not in hex");
    }
    return digits;
  }

  private byte[] bytes(String field, HexDigits digits) {
    byte[] bytes = digits.bytes();
    if (bytes == null) {
      throw wrong(field, "is not in hex");
    }
    return bytes;
  }
}
