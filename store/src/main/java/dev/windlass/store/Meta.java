package dev.windlass.store;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import java.nio.ByteBuffer;

/**
 * The values of the META column, by name.
 *
 * <pre>
 * name (1)        value
 * 0 VERSION       schema version (4, big-endian)
 * 1 ROOT          number (8, big-endian) ‖ hash (32)
 * 2 TIP           number (8, big-endian) ‖ hash (32)
 * 3 OPEN          nothing; there from the opening to the closing, and after a crash
 * </pre>
 */
final class Meta {
  static final byte VERSION = 0;
  static final byte ROOT = 1;
  static final byte TIP = 2;
  static final byte OPEN = 3;

  /** Counted up when a build could no longer read what an older one wrote. */
  static final int SCHEMA_VERSION = 1;

  private Meta() {}

  static byte[] version(int version) {
    return ByteBuffer.allocate(4).putInt(version).array();
  }

  static int version(byte[] value) {
    Damage.requireLength(value, 4, "the schema version");
    return ByteBuffer.wrap(value).getInt();
  }

  static byte[] blockId(BlockId id) {
    byte[] value = new byte[8 + Hash.BYTES];
    ByteBuffer.wrap(value).putLong(id.number());
    id.hash().writeTo(value, 8);
    return value;
  }

  static BlockId blockId(byte[] value, String what) {
    if (value == null) {
      throw Damage.of("it has no record of its " + what);
    }
    Damage.requireLength(value, 8 + Hash.BYTES, "the record of the " + what);
    long number = ByteBuffer.wrap(value).getLong();
    if (number < 0) {
      throw Damage.of("the record of the " + what + " has a negative number");
    }
    return new BlockId(number, Hash.of(value, 8));
  }
}
