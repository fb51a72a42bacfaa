package dev.windlass.store;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The values of the META column, by name.
 *
 * <pre>
 * name (1)        value
 * 0 VERSION       schema version (4, big-endian)
 * 1 ROOT          number (8, big-endian) ‖ hash (32)
 * 2 TIP           number (8, big-endian) ‖ hash (32)
 * 3 OPEN          empty; present from opening to closing, and after a crash
 * 4 (retired)     the marks of total difficulties that TOTALS has replaced
 * 5 CHECKPOINTS   up to 1,024 passed checkpoints, lowest first, each: number (8, big-endian) ‖
 *                 hash (32)
 * 6 HIGHEST       number (8, big-endian) of the highest block beside the canonical chain, if one was
 *                 ever above the tip
 * 7 LOWEST_BODY   number (8, big-endian). No body with a lower number lies in the column of the
 *                 bodies, but that of the genesis
 * 8 GENESIS       number (8, big-endian) ‖ hash (32) of the block that the store was made with, if
 *                 the root lies above it
 * </pre>
 */
final class Meta {
  static final byte VERSION = 0;
  static final byte ROOT = 1;
  static final byte TIP = 2;
  static final byte OPEN = 3;
  static final byte CHECKPOINTS = 5;
  static final byte HIGHEST = 6;
  static final byte LOWEST_BODY = 7;
  static final byte GENESIS = 8;

  private static final int ID_BYTES = 8 + Hash.BYTES;

  /**
   * Must be increased if an older build can no longer read what this one writes. With 2 bodies lie
   * in body files as well.
   */
  static final int SCHEMA_VERSION = 2;

  /** The oldest version that this build reads. It becomes {@link #SCHEMA_VERSION} when it opens. */
  private static final int OLDEST_VERSION = 1;

  private Meta() {}

  static byte[] version(int version) {
    return ByteBuffer.allocate(4).putInt(version).array();
  }

  static int version(byte[] value) {
    Damage.requireLength(value, 4, "the schema version");
    return ByteBuffer.wrap(value).getInt();
  }

  static boolean isReadable(int version) {
    return version >= OLDEST_VERSION && version <= SCHEMA_VERSION;
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

  static byte[] blockIds(List<BlockId> ids) {
    ByteBuffer value = ByteBuffer.allocate(ids.size() * ID_BYTES);
    ids.forEach(id -> value.put(blockId(id)));
    return value.array();
  }

  /**
   * The blocks of a record that {@link #blockIds} made. None if there is no record.
   *
   * @param what the record is of, for the error
   */
  static List<BlockId> blockIds(byte[] value, String what) {
    List<BlockId> ids = new ArrayList<>();
    if (value != null) {
      Damage.requireLength(value, value.length / ID_BYTES * ID_BYTES, "the record of the " + what);
      for (int at = 0; at < value.length; at += ID_BYTES) {
        ids.add(blockId(Arrays.copyOfRange(value, at, at + ID_BYTES), what));
      }
    }
    return ids;
  }

  static byte[] number(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  /**
   * The number of a record.
   *
   * @param what the record is of, for the error
   */
  static long number(byte[] value, String what) {
    Damage.requireLength(value, Long.BYTES, "the record of the " + what);
    return ByteBuffer.wrap(value).getLong();
  }
}
