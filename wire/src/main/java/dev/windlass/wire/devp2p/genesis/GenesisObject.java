package dev.windlass.wire.devp2p.genesis;

import dev.windlass.chain.Hash;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * One object of a genesis file, and where it stands in it.
 *
 * <p>Names are read without regard to case, as geth and Besu read them; null is as good as absent.
 * Integers are JSON numbers, or strings in decimal or, after {@code 0x}, in hexadecimal digits.
 * Whatever else is there is a {@link GenesisFileException}. Immutable.
 */
final class GenesisObject {
  private final String place;
  private final Map<String, Object> values = new TreeMap<>();

  /**
   * Takes what is in the object.
   *
   * @param place what messages begin with: the file, and the way to the object
   */
  GenesisObject(String place, JsonObject json) {
    this.place = place;
    json.forEach(
        entry -> {
          String name = entry.getKey().toLowerCase(Locale.ROOT);
          if (entry.getValue() != null && values.put(name, entry.getValue()) != null) {
            throw fault(entry.getKey(), "is there twice");
          }
        });
  }

  GenesisFileException fault(String name, String problem) {
    return new GenesisFileException(place + name + " " + problem);
  }

  /** Lower-case names of what is there, sorted. */
  Set<String> names() {
    return values.keySet();
  }

  private Optional<Object> value(String name) {
    return Optional.ofNullable(values.get(name.toLowerCase(Locale.ROOT)));
  }

  boolean has(String name) {
    return value(name).isPresent();
  }

  private GenesisFileException absent(String name) {
    return fault(name, "is missing");
  }

  Optional<GenesisObject> object(String name) {
    return value(name)
        .map(
            value -> {
              if (value instanceof JsonObject json) {
                return new GenesisObject(place + name + ".", json);
              }
              throw fault(name, "is no object");
            });
  }

  GenesisObject requiredObject(String name) {
    return object(name).orElseThrow(() -> absent(name));
  }

  Optional<BigInteger> integer(String name, int bitsMax) {
    return value(name)
        .map(
            value -> {
              BigInteger integer = integer(name, value);
              if (integer.signum() < 0 || integer.bitLength() > bitsMax) {
                throw fault(
                    name, "is " + shortened(value) + "; it is of 0 to " + bitsMax + " bits");
              }
              return integer;
            });
  }

  BigInteger requiredInteger(String name, int bitsMax) {
    return integer(name, bitsMax).orElseThrow(() -> absent(name));
  }

  private BigInteger integer(String name, Object value) {
    if (value instanceof Integer || value instanceof Long || value instanceof BigInteger) {
      return new BigInteger(value.toString());
    }
    if (value instanceof String text) {
      boolean isHex = hasPrefix(text);
      String digits = isHex ? text.substring(2) : text;
      try {
        // geth writes nothing for 0.
        return text.isEmpty() ? BigInteger.ZERO : new BigInteger(digits, isHex ? 16 : 10);
      } catch (NumberFormatException e) {
        throw fault(name, "is '" + shortened(text) + "', which is no integer");
      }
    }
    throw fault(name, "is " + shortened(value) + ", which is no integer");
  }

  /** Hexadecimal digits, two for each byte, with or without {@code 0x}. */
  Optional<byte[]> bytes(String name) {
    return value(name)
        .map(
            value -> {
              try {
                return HexFormat.of().parseHex(withoutPrefix(String.valueOf(value)));
              } catch (IllegalArgumentException e) {
                throw fault(name, "is '" + shortened(value) + "', which is no hexadecimal bytes");
              }
            });
  }

  byte[] bytes(String name, int length) {
    byte[] bytes = bytes(name).orElseGet(() -> new byte[length]);
    if (bytes.length != length) {
      throw fault(name, "has " + bytes.length + " bytes, where " + length + " should be");
    }
    return bytes;
  }

  /** Zero where it is absent. */
  Hash hash(String name) {
    return Hash.of(bytes(name, Hash.BYTES));
  }

  /** A word of storage: at most 64 hexadecimal digits, with or without {@code 0x}. */
  BigInteger word(String name) {
    return word(name, String.valueOf(value(name).orElseThrow(() -> absent(name))));
  }

  /** The same for a name that is a word itself. */
  BigInteger wordNamed(String name) {
    return word(name, name);
  }

  private BigInteger word(String name, String text) {
    String digits = withoutPrefix(text);
    if (!digits.matches("[0-9a-fA-F]{1,64}")) {
      throw fault(
          name, "has '" + shortened(text) + "', which is no word of 32 bytes in hexadecimal");
    }
    return new BigInteger(digits, 16);
  }

  private static boolean hasPrefix(String text) {
    return text.startsWith("0x") || text.startsWith("0X");
  }

  static String withoutPrefix(String text) {
    return hasPrefix(text) ? text.substring(2) : text;
  }

  /** So much of it as fits in a line. */
  private static String shortened(Object value) {
    String line = String.valueOf(value).replaceAll("\\s+", " ");
    return line.length() <= 40 ? line : line.substring(0, 40) + "…";
  }
}
