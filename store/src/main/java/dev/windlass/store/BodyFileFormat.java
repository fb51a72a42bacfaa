package dev.windlass.store;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The format of a body file. It is an e2store file (source: the e2store specification), so an era
 * file can take each entry with a body as it is.
 *
 * <pre>
 * file    = version | about | (body | index)*
 * entry   = type (2) | length of the data (4, little-endian) | zero (2) | data
 *
 * entry     type    data
 * version   65 32   none
 * about     57 4c   format, 1 (1) ‖ epoch (8) ‖ number of the root (8) ‖ hash of the root (32) ‖ check
 * body      04 00   a body in Snappy's framing format, drawn in {@link PackedBody}
 * index     57 49   rows, by number ‖ count of the rows (4) ‖ check
 *
 * row     = number (8) ‖ hash (32) ‖ place (16), drawn in {@link BodyPlace}
 * check   = CRC32C (4) of the data before it
 * </pre>
 *
 * Numbers in the data are big-endian. Bodies lie in the order in which they came, which is that of
 * their numbers in a sync. A sealed file ends with an index. If a body was replaced since, a later
 * index counts.
 */
final class BodyFileFormat {
  /** How many numbers one file has, as an era file. */
  static final int NUMBERS_PER_EPOCH = 8192;

  static final int PREFIX_BYTES = 8;

  private static final Pattern NAME = Pattern.compile("[0-9]{8,18}\\.bodies");
  private static final int VERSION = 0x3265;
  private static final int ABOUT = 0x4c57;
  private static final int BODY = 0x04;
  private static final int INDEX = 0x4957;
  private static final byte FORMAT = 1;
  private static final int ROW_BYTES = 8 + Hash.BYTES + BodyPlace.BYTES;

  /**
   * A row of the index.
   *
   * @param id of the block
   * @param place of its body
   */
  record Row(BlockId id, BodyPlace place) {}

  private BodyFileFormat() {}

  static long epochOf(long number) {
    return number / NUMBERS_PER_EPOCH;
  }

  static long firstNumberOf(long epoch) {
    return epoch * NUMBERS_PER_EPOCH;
  }

  /** The name of the file. Names sort as epochs do. */
  static String nameOf(long epoch) {
    return String.format(Locale.ROOT, "%08d.bodies", epoch);
  }

  /** The epoch in the name of a file. Empty if it is no name of a body file. */
  static OptionalLong epochOfName(String name) {
    return NAME.matcher(name).matches()
        ? OptionalLong.of(Long.parseLong(name.substring(0, name.indexOf('.'))))
        : OptionalLong.empty();
  }

  /** The entries with which a file begins. */
  static ByteBuffer beginning(long epoch, BlockId root) {
    ByteBuffer data = ByteBuffer.allocate(1 + 8 + 8 + Hash.BYTES + 4);
    data.put(FORMAT).putLong(epoch).put(Meta.blockId(root));
    putCheck(data);
    ByteBuffer file = ByteBuffer.allocate(2 * PREFIX_BYTES + data.capacity());
    return file.put(prefix(VERSION, 0)).put(prefix(ABOUT, data.capacity())).put(data).flip();
  }

  /** What stands before a packed body of this length. */
  static ByteBuffer bodyPrefix(int length) {
    return prefix(BODY, length);
  }

  /** The entry with the index. */
  static ByteBuffer index(List<Row> rows) {
    ByteBuffer data = ByteBuffer.allocate(rows.size() * ROW_BYTES + 8);
    for (Row row : rows) {
      data.put(Meta.blockId(row.id())).put(row.place().encode());
    }
    data.putInt(rows.size());
    putCheck(data);
    return ByteBuffer.allocate(PREFIX_BYTES + data.capacity())
        .put(prefix(INDEX, data.capacity()))
        .put(data)
        .flip();
  }

  private static ByteBuffer prefix(int type, int length) {
    return ByteBuffer.allocate(PREFIX_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) type)
        .putInt(length)
        .putShort((short) 0)
        .flip();
  }

  private static void putCheck(ByteBuffer data) {
    data.putInt(checksum(data.duplicate().flip())).flip();
  }

  /** The CRC32C of what is left in a buffer, which is then read. */
  static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
