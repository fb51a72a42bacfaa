package dev.windlass.store;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.DifficultyMark;
import java.math.BigInteger;
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
 * 4 DIFFICULTY    up to 64 marks, oldest block first, each: number (8, big-endian) ‖ hash (32) ‖
 *                 total difficulty from the root on (40, big-endian)
 * 5 CHECKPOINTS   up to 1,024 passed checkpoints, lowest first, each: number (8, big-endian) ‖
 *                 hash (32)
 * </pre>
 */
final class Meta {
  static final byte VERSION = 0;
  static final byte ROOT = 1;
  static final byte TIP = 2;
  static final byte OPEN = 3;
  static final byte DIFFICULTY = 4;
  static final byte CHECKPOINTS = 5;

  // A header's difficulty has 32 bytes at most, and there are fewer than 2^63 headers.
  private static final int TOTAL_BYTES = 40;
  private static final int ID_BYTES = 8 + Hash.BYTES;
  private static final int MARK_BYTES = 8 + Hash.BYTES + TOTAL_BYTES;

  /** Must be increased if a build can no longer read what an older one wrote. */
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

  static byte[] marks(List<DifficultyMark> oldestFirst) {
    if (oldestFirst.size() > DifficultyMark.MARKS_MAX) {
      throw new IllegalStateException(
          oldestFirst.size() + " marks, at most " + DifficultyMark.MARKS_MAX);
    }
    byte[] value = new byte[MARK_BYTES * oldestFirst.size()];
    int at = 0;
    for (DifficultyMark mark : oldestFirst) {
      ByteBuffer.wrap(value).putLong(at, mark.block().number());
      mark.block().hash().writeTo(value, at + 8);
      byte[] total = mark.total().toByteArray();
      // The sign takes one more byte if the highest bit is set.
      int skipped = total.length > 1 && total[0] == 0 ? 1 : 0;
      int length = total.length - skipped;
      at += MARK_BYTES;
      System.arraycopy(total, skipped, value, at - length, length);
    }
    return value;
  }

  /** The marks of a record. Empty if the record is not valid, since marks can be summed again. */
  static List<DifficultyMark> marks(byte[] value) {
    if (value == null || value.length % MARK_BYTES != 0) {
      return List.of();
    }
    List<DifficultyMark> marks = new ArrayList<>();
    for (int at = 0; at < value.length; at += MARK_BYTES) {
      long number = ByteBuffer.wrap(value).getLong(at);
      if (number < 0) {
        return List.of();
      }
      BigInteger total = new BigInteger(1, value, at + 8 + Hash.BYTES, TOTAL_BYTES);
      marks.add(new DifficultyMark(new BlockId(number, Hash.of(value, at + 8)), total));
    }
    return marks;
  }
}
