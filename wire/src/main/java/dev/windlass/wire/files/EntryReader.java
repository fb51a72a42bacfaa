package dev.windlass.wire.files;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import org.xerial.snappy.SnappyFramedInputStream;

/**
 * Walks the entries of an e2store file and unpacks them (source: the e2store specification).
 *
 * <pre>
 * entry = type (2) | length of the data (4, little-endian) | reserved (2, zero) | data
 * </pre>
 *
 * One thread walks. Any number of threads may unpack.
 */
final class EntryReader {
  static final int VERSION = 0x3265;
  static final int HEADER = 0x03;
  static final int BODY = 0x04;
  static final int RECEIPTS = 0x05;
  static final int TOTAL_DIFFICULTY = 0x06;
  static final int ACCUMULATOR = 0x07;
  static final int BLOCK_INDEX = 0x3266;
  static final int DYNAMIC_BLOCK_INDEX = 0x3267;

  // In files of the consensus layer.
  static final int BEACON_BLOCK = 0x01;
  static final int BEACON_STATE = 0x02;
  static final int SLOT_INDEX = 0x3269;

  static final int PREFIX_BYTES = 8;

  private final FileBytes bytes;
  private long at;
  private int type;
  private long dataAt;
  private int length;

  EntryReader(FileBytes bytes) {
    this.bytes = bytes;
  }

  boolean hasNext() {
    return at < bytes.size();
  }

  /** Moves to the next entry, whose place is then known. */
  void next() {
    if (PREFIX_BYTES > bytes.size() - at) {
      throw bytes.problem("is truncated: the entry at offset " + at + " is cut off");
    }
    byte[] prefix = bytes.read(at, PREFIX_BYTES);
    type = (prefix[0] & 0xff) | (prefix[1] & 0xff) << 8;
    long size = littleEndian(prefix, 2, 4);
    if (prefix[6] != 0 || prefix[7] != 0) {
      throw bytes.problem("is no e2store file: no entry starts at offset " + at);
    }
    dataAt = at + PREFIX_BYTES;
    if (size > bytes.size() - dataAt) {
      throw bytes.problem(
          "is truncated: the entry at offset "
              + at
              + (" needs " + size + " bytes, but " + (bytes.size() - dataAt) + " are left"));
    }
    length = (int) Math.min(size, Integer.MAX_VALUE);
    at = dataAt + size;
  }

  int type() {
    return type;
  }

  /** The offset of the entry's prefix. */
  long offset() {
    return dataAt - PREFIX_BYTES;
  }

  int length() {
    return length;
  }

  byte[] data(int lengthExpected) {
    if (length != lengthExpected) {
      throw bytes.problem(
          "the entry at offset "
              + offset()
              + (" has " + length + " bytes instead of " + lengthExpected));
    }
    return bytes.read(dataAt, length);
  }

  /** Reads the entry at an offset again and unpacks its data. */
  static byte[] unpack(FileBytes bytes, long offset, int unpackedMax) {
    EntryReader entry = new EntryReader(bytes);
    entry.at = offset;
    entry.next();
    return entry.unpack(unpackedMax);
  }

  /** The unpacked data of an entry in Snappy's framing format. */
  byte[] unpack(int unpackedMax) {
    long packedMax = SnappyFrames.packedMax(unpackedMax);
    if (length > packedMax) {
      throw bytes.problem(
          "the entry at offset " + offset() + " has more than " + packedMax + " packed bytes");
    }
    byte[] packed = bytes.read(dataAt, length);
    Optional<String> objection = SnappyFrames.objection(packed);
    if (objection.isPresent()) {
      throw bytes.problem(
          "the entry at offset " + offset() + " cannot be unpacked: " + objection.get());
    }
    try (SnappyFramedInputStream in =
        new SnappyFramedInputStream(new ByteArrayInputStream(packed), true)) {
      byte[] unpacked = in.readNBytes(unpackedMax + 1);
      if (unpacked.length > unpackedMax) {
        throw bytes.problem(
            "the entry at offset " + offset() + " unpacks to more than " + unpackedMax + " bytes");
      }
      return unpacked;
    } catch (IOException e) {
      throw new FileChainException(
          bytes.file(),
          "the entry at offset " + offset() + " cannot be unpacked: " + e.getMessage(),
          e);
    }
  }

  static long littleEndian(byte[] bytes, int offset, int count) {
    long value = 0;
    for (int i = count - 1; i >= 0; i--) {
      value = (value << 8) | (bytes[offset + i] & 0xff);
    }
    return value;
  }
}
