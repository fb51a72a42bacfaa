package dev.windlass.wire.devp2p;

import java.util.Arrays;

/**
 * Unpacks only the first bytes of a Snappy block.
 *
 * <pre>
 * length      of all the bytes, seven bits a byte, least first; the last byte is below 0x80
 * elements    tag & 3 = 0  a literal: (tag >> 2) + 1 bytes; from 60 on (tag >> 2) - 59 bytes, least
 *                          first, hold its length less 1
 *             tag & 3 = 1  a copy of 4 to 11 bytes: (tag >> 2 & 7) + 4; from tag >> 5 ‖ 1 byte back
 *             tag & 3 = 2  a copy of (tag >> 2) + 1 bytes, from 2 bytes, least first, back
 *             tag & 3 = 3  the same with 4 bytes
 * </pre>
 *
 * <p>Source: Snappy's format_description.txt. It never fails. Invalid Snappy unpacks up to the
 * first fault.
 */
final class SnappyBeginning {
  private static final int LENGTH_BYTES_MAX = 5;
  private static final int LITERAL_LONG = 60;

  private final byte[] packed;
  private final int end;
  private final byte[] unpacked;
  private int at;
  private int filled;

  private SnappyBeginning(byte[] packed, int at, int end, int count) {
    this.packed = packed;
    this.at = at;
    this.end = end;
    this.unpacked = new byte[count];
  }

  /** At most {@code count} unpacked bytes of the block from {@code at} to before {@code end}. */
  static byte[] of(byte[] packed, int at, int end, int count) {
    SnappyBeginning beginning = new SnappyBeginning(packed, at, end, count);
    boolean isGood = beginning.skipLength();
    while (isGood && beginning.filled < count && beginning.at < end) {
      isGood = beginning.element();
    }
    return Arrays.copyOf(beginning.unpacked, beginning.filled);
  }

  private boolean skipLength() {
    int last = Math.min(end, at + LENGTH_BYTES_MAX);
    while (at < last) {
      if (packed[at++] >= 0) {
        return true;
      }
    }
    return false;
  }

  private boolean element() {
    int tag = packed[at++] & 0xff;
    int kind = tag & 3;
    if (kind == 0) {
      int length = tag >> 2;
      int lengthBytes = length < LITERAL_LONG ? 0 : length - LITERAL_LONG + 1;
      if (end - at < lengthBytes) {
        return false;
      }
      return literal(1 + (lengthBytes == 0 ? length : number(lengthBytes)));
    }
    int offsetBytes = kind == 3 ? 4 : kind;
    if (end - at < offsetBytes) {
      return false;
    }
    long back = number(offsetBytes);
    return kind == 1
        ? copy(back | (long) (tag >> 5) << 8, (tag >> 2 & 7) + 4)
        : copy(back, (tag >> 2) + 1);
  }

  private long number(int bytes) {
    long number = 0;
    for (int i = 0; i < bytes; i++) {
      number |= (packed[at++] & 0xffL) << (8 * i);
    }
    return number;
  }

  private boolean literal(long length) {
    int count = (int) Math.min(length, Math.min(end - at, unpacked.length - filled));
    System.arraycopy(packed, at, unpacked, filled, count);
    at += count;
    filled += count;
    return count == length;
  }

  private boolean copy(long back, int length) {
    if (back < 1 || back > filled) {
      return false;
    }
    for (int i = 0; i < length && filled < unpacked.length; i++) {
      unpacked[filled] = unpacked[(int) (filled - back)];
      filled++;
    }
    return true;
  }
}
