package dev.windlass.wire.files;

import java.util.Optional;

/**
 * Measures data in Snappy's framing format before it is unpacked (source: Snappy's framing format
 * description). A chunk may claim any size, and an unpacker makes room for it.
 *
 * <pre>
 * data  = chunk*
 * chunk = type (1) | length of its data (3, little-endian) | data
 * data of a packed chunk (00) = checksum (4) | unpacked length (varint) | the rest
 * data of a plain chunk (01)  = checksum (4) | the bytes
 * </pre>
 */
final class SnappyFrames {
  private static final int PREFIX_BYTES = 4;
  private static final int CHECKSUM_BYTES = 4;
  private static final int PACKED = 0x00;
  private static final int PLAIN = 0x01;

  /** A chunk unpacks to this at most. */
  private static final int CHUNK_BYTES_MAX = 65_536;

  /** A varint of more bytes is above the limit of a chunk. */
  private static final int VARINT_BYTES_MAX = 3;

  private SnappyFrames() {}

  /** The most bytes that data of this unpacked size takes: plain chunks, and what marks them. */
  static long packedMax(int unpackedBytes) {
    long chunks = unpackedBytes / CHUNK_BYTES_MAX + 1L;
    return unpackedBytes + unpackedBytes / 6L + 1_024 + 64 * chunks;
  }

  /** Why the data must not be unpacked. Empty if it may be. */
  static Optional<String> objection(byte[] data) {
    int at = 0;
    while (at < data.length) {
      if (data.length - at < PREFIX_BYTES) {
        return Optional.of("its last chunk is cut off");
      }
      int type = data[at] & 0xff;
      int length = (int) EntryReader.littleEndian(data, at + 1, 3);
      int begin = at + PREFIX_BYTES;
      if (length > data.length - begin) {
        return Optional.of("its last chunk is cut off");
      }
      long unpacked =
          switch (type) {
            case PACKED -> unpackedLength(data, begin + CHECKSUM_BYTES, begin + length);
            case PLAIN -> length - CHECKSUM_BYTES;
            default -> 0;
          };
      if (unpacked < 0 || unpacked > CHUNK_BYTES_MAX) {
        return Optional.of("a chunk claims a size above " + CHUNK_BYTES_MAX + " bytes, or none");
      }
      at = begin + length;
    }
    return Optional.empty();
  }

  /** -1 if there is no such number, or it is above all limits. */
  private static long unpackedLength(byte[] data, int from, int end) {
    long value = 0;
    for (int i = 0; i < VARINT_BYTES_MAX && from + i < end; i++) {
      int part = data[from + i] & 0xff;
      value |= (long) (part & 0x7f) << (7 * i);
      if (part < 0x80) {
        return value;
      }
    }
    return -1;
  }
}
