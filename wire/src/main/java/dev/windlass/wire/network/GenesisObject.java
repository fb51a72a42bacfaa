package dev.windlass.wire.network;

import dev.windlass.chain.Hash;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The plain values of one object of a genesis file, and the path of the object.
 *
 * <p>Names ignore case, as in geth and Besu. If a name is repeated, its last value counts. Null
 * counts as absent. Integers are JSON numbers, or strings in decimal or, after {@code 0x}, in
 * hexadecimal digits. Any other value is a {@link GenesisFileException}.
 */
final class GenesisObject {
  private static final Pattern DECIMAL = Pattern.compile("[+-]?[0-9]+");
  private static final Pattern HEXADECIMAL = Pattern.compile("[+-]?[0-9a-fA-F]+");
  private static final Pattern WORD = Pattern.compile("[0-9a-fA-F]{0,64}");
  private static final int TEXT_SHOWN_MAX = 40;

  /** Shown in full up to this length, since a storage word may be a name. */
  private static final int NAME_SHOWN_MAX = 2 + 2 * Hash.BYTES;

  /** A value that is neither text nor an integer, in its shown form. */
  record Literal(String text) {
    static final Literal OBJECT = new Literal("{…}");
    static final Literal ARRAY = new Literal("[…]");

    @Override
    public String toString() {
      return text;
    }
  }

  private final GenesisObject parent;

  /** The file, for the outermost object; for others the name in the parent. */
  private final String name;

  /** By lower-case name. Each is a String, a BigInteger or a Literal. */
  private final Map<String, Object> values = new TreeMap<>();

  /** By lower-case name. */
  private final Map<String, GenesisObject> objects = new TreeMap<>();

  private GenesisObject(GenesisObject parent, String name) {
    this.parent = parent;
    this.name = name;
  }

  /** The outermost object of a file, still empty. */
  static GenesisObject of(Path file) {
    return new GenesisObject(null, file.toString());
  }

  /** An object inside this one, still empty. */
  GenesisObject in(String newName) {
    return new GenesisObject(this, newName);
  }

  /** Notes a value. Null removes an earlier one of that name. */
  void put(String field, Object value) {
    String key = field.toLowerCase(Locale.ROOT);
    if (value == null) {
      values.remove(key);
    } else {
      values.put(key, value);
    }
  }

  /** Notes an object that was read. Its name also has the value of an object. */
  void put(String field, GenesisObject object) {
    put(field, Literal.OBJECT);
    objects.put(field.toLowerCase(Locale.ROOT), object);
  }

  /**
   * The object of this name, if it was read.
   *
   * @throws GenesisFileException if the value is no object
   */
  Optional<GenesisObject> object(String field) {
    Optional<Object> value = value(field);
    if (value.isPresent() && value.get() != Literal.OBJECT) {
      throw fault(field, "is no object");
    }
    return value.map(present -> objects.get(field.toLowerCase(Locale.ROOT)));
  }

  GenesisFileException fault(String field, String problem) {
    return new GenesisFileException(place() + shownName(field) + " " + problem);
  }

  /** The beginning of messages: the file, and the path to this object. */
  private String place() {
    return parent == null ? name + ": " : parent.place() + shownName(name) + ".";
  }

  /** The lower-case names of its values, sorted. */
  Set<String> names() {
    return values.keySet();
  }

  private Optional<Object> value(String field) {
    return Optional.ofNullable(values.get(field.toLowerCase(Locale.ROOT)));
  }

  GenesisFileException absent(String field) {
    return fault(field, "is missing");
  }

  Optional<BigInteger> integer(String field, int bitsMax) {
    return value(field)
        .map(
            value -> {
              BigInteger integer = integer(field, value);
              if (integer.signum() < 0 || integer.bitLength() > bitsMax) {
                throw fault(
                    field, "is " + shortened(value) + "; it is of 0 to " + bitsMax + " bits");
              }
              return integer;
            });
  }

  BigInteger requiredInteger(String field, int bitsMax) {
    return integer(field, bitsMax).orElseThrow(() -> absent(field));
  }

  private BigInteger integer(String field, Object value) {
    if (value instanceof BigInteger integer) {
      return integer;
    }
    if (value instanceof String text) {
      boolean isHex = hasPrefix(text);
      String digits = isHex ? text.substring(2) : text;
      if (text.isEmpty()) {
        // geth writes no digits for 0.
        return BigInteger.ZERO;
      }
      if (!(isHex ? HEXADECIMAL : DECIMAL).matcher(digits).matches()) {
        throw fault(field, "is '" + shortened(text) + "', which is no integer");
      }
      return new BigInteger(digits, isHex ? 16 : 10);
    }
    throw fault(field, "is " + shortened(value) + ", which is no integer");
  }

  /** Whether it is the value true. */
  boolean isTrue(String field) {
    return value(field).filter(new Literal("true")::equals).isPresent();
  }

  /** Hexadecimal digits, two for each byte, with or without {@code 0x}. */
  Optional<byte[]> bytes(String field) {
    return value(field)
        .map(
            value -> {
              try {
                if (value instanceof String text) {
                  return HexFormat.of().parseHex(withoutPrefix(text));
                }
              } catch (IllegalArgumentException e) {
                // The fault below also covers odd or wrong digits.
              }
              throw fault(field, "is '" + shortened(value) + "', which is no hexadecimal bytes");
            });
  }

  byte[] bytes(String field, int length) {
    byte[] bytes = bytes(field).orElseGet(() -> new byte[length]);
    if (bytes.length != length) {
      throw fault(field, "has " + bytes.length + " bytes instead of " + length);
    }
    return bytes;
  }

  /** Zero if it is absent. */
  Hash hash(String field) {
    return Hash.of(bytes(field, Hash.BYTES));
  }

  /** A word of storage: at most 64 hexadecimal digits, with or without {@code 0x}. */
  BigInteger word(String field, Object value) {
    String digits = withoutPrefix(String.valueOf(value));
    if (!WORD.matcher(digits).matches()) {
      throw fault(
          field, "has '" + shortened(value) + "', which is no word of 32 bytes in hexadecimal");
    }
    return digits.isEmpty() ? BigInteger.ZERO : new BigInteger(digits, 16);
  }

  private static boolean hasPrefix(String text) {
    return text.startsWith("0x") || text.startsWith("0X");
  }

  static String withoutPrefix(String text) {
    return hasPrefix(text) ? text.substring(2) : text;
  }

  private static String shownName(String field) {
    return shortened(field, NAME_SHOWN_MAX);
  }

  private static String shortened(Object value) {
    return shortened(value, TEXT_SHOWN_MAX);
  }

  /** As much of the value as fits in a line. */
  private static String shortened(Object value, int max) {
    String line = String.valueOf(value).replaceAll("\\s+", " ");
    return line.length() <= max ? line : line.substring(0, max) + "…";
  }
}
