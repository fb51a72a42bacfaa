package dev.windlass.store;

import dev.windlass.chain.Block;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.xerial.snappy.Snappy;

/**
 * A body in Snappy's framing format, as the era files have it (source: framing_format.txt of
 * Snappy).
 *
 * <pre>
 * packed = ff 06 00 00 "sNaPpY" | chunk*
 * chunk  = type (1) | length of the rest (3, little-endian) | masked CRC32C (4, little-endian) | data
 * type   = 00 if the data is packed, 01 if it is not
 * </pre>
 *
 * The CRC32C is that of at most 65,536 bytes that the chunk holds unpacked. A chunk is packed only
 * if that saves an eighth.
 */
final class PackedBody {
  private static final byte[] BEGIN = {(byte) 0xff, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y'};
  private static final int CHUNK_BYTES = 1 << 16;
  private static final int PREFIX_BYTES = 8;
  private static final int CHECKSUM_BYTES = 4;
  private static final byte PACKED = 0;
  private static final byte PLAIN = 1;

  // Reused, since the thread that writes the store packs one body after the other.
  private final byte[] chunk = new byte[Snappy.maxCompressedLength(CHUNK_BYTES)];
  private ByteBuffer packed = allocate(CHUNK_BYTES);

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Packs a body. The result is valid until the next call. */
  ByteBuffer pack(byte[] body) {
    int chunks = (body.length + CHUNK_BYTES - 1) / CHUNK_BYTES;
    int most = BEGIN.length + chunks * PREFIX_BYTES + body.length;
    if (packed.capacity() < most) {
      packed = allocate(most);
    }
    packed.clear().put(BEGIN);
    for (int at = 0; at < body.length; at += CHUNK_BYTES) {
      packChunk(body, at, Math.min(CHUNK_BYTES, body.length - at));
    }
    return packed.flip();
  }

  private void packChunk(byte[] body, int at, int length) {
    try {
      int packedLength = Snappy.compress(body, at, length, chunk, 0);
      boolean isSmaller = packedLength < length - length / 8;
      byte[] data = isSmaller ? chunk : body;
      int dataLength = isSmaller ? packedLength : length;
      int rest = CHECKSUM_BYTES + dataLength;
      packed.putInt(rest << 8 | (isSmaller ? PACKED : PLAIN));
      packed.putInt(maskedChecksum(body, at, length));
      packed.put(data, isSmaller ? 0 : at, dataLength);
    } catch (IOException e) {
      throw new IllegalStateException("Snappy packs every array", e);
    }
  }

  private static int maskedChecksum(byte[] bytes, int at, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, at, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }

  /**
   * Unpacks a body whose bytes are those that {@link #pack} made.
   *
   * @throws IOException if they are not
   */
  static byte[] unpack(byte[] packed) throws IOException {
    byte[] body = new byte[unpackedLength(packed)];
    int filled = 0;
    int at = BEGIN.length;
    while (at < packed.length) {
      int data = at + PREFIX_BYTES;
      int length = dataLength(packed, at);
      if (packed[at] == PLAIN) {
        System.arraycopy(packed, data, body, filled, length);
        filled += length;
      } else {
        filled += Snappy.uncompress(packed, data, length, body, filled);
      }
      at = data + length;
    }
    return body;
  }

  private static int unpackedLength(byte[] packed) throws IOException {
    long bytes = 0;
    int at = BEGIN.length;
    while (at < packed.length) {
      int length = dataLength(packed, at);
      int data = at + PREFIX_BYTES;
      bytes += packed[at] == PLAIN ? length : Snappy.uncompressedLength(packed, data, length);
      at = data + length;
    }
    if (at != packed.length || bytes > Block.BYTES_MAX) {
      throw new IOException("it is no packed body");
    }
    return (int) bytes;
  }

  private static int dataLength(byte[] packed, int at) throws IOException {
    if (at + PREFIX_BYTES > packed.length || (packed[at] != PLAIN && packed[at] != PACKED)) {
      throw new IOException("no chunk begins at its byte " + at);
    }
    int rest = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN).getInt(at) >>> 8;
    int length = rest - CHECKSUM_BYTES;
    if (length < 0 || length > packed.length - at - PREFIX_BYTES) {
      throw new IOException("the chunk at its byte " + at + " is cut off");
    }
    return length;
  }
}
