package dev.windlass.chain.rlp;

import dev.windlass.chain.Hash;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * A strict cursor over the items of one RLP sequence (Yellow Paper, appendix B).
 *
 * <p>Accepts only the canonical form of each item, and never reads outside its range. It copies or
 * allocates an item only after checking its length. The caller enters a list with {@link #list}, so
 * nesting costs no stack. Offsets are those of the array. Every method throws {@link RlpException}
 * if it meets bytes other than those it expects. One thread at a time.
 */
public final class RlpReader {
  private static final int LIST = 0xc0;

  private final byte[] bytes;
  private int at;
  private int end;
  private int itemAt;
  private int payloadAt;
  private boolean isList;

  /** Reads the items in all of these bytes, one after another. */
  public RlpReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  /** Reads the items in {@code length} bytes from {@code offset}. */
  public RlpReader(byte[] bytes, int offset, int length) {
    if (offset < 0 || length < 0 || length > bytes.length - offset) {
      throw new IndexOutOfBoundsException(
          offset + " + " + length + " is outside of " + bytes.length + " bytes");
    }
    this.bytes = bytes;
    this.at = offset;
    this.end = offset + length;
  }

  public boolean hasNext() {
    return at < end;
  }

  /** Where the next item starts. */
  public int position() {
    return at;
  }

  /** Whether the next item is a list; there must be one. */
  public boolean nextIsList() {
    if (at >= end) {
      throw new RlpException(at, "an item is missing");
    }
    return (bytes[at] & 0xff) >= LIST;
  }

  /**
   * Whether the next item is a string of exactly so many bytes, from 2 to 55; there must be one.
   */
  public boolean nextIsString(int length) {
    if (at >= end) {
      throw new RlpException(at, "an item is missing");
    }
    return (bytes[at] & 0xff) == 0x80 + length;
  }

  /**
   * Moves over the next item. {@link #itemAt}, {@link #payloadAt} and {@link #position} then return
   * where it lies.
   */
  public void next() {
    if (at >= end) {
      throw new RlpException(at, "an item is missing");
    }
    int first = bytes[at] & 0xff;
    itemAt = at;
    isList = first >= LIST;
    if (first < 0x80) {
      payloadAt = at;
      at++;
      return;
    }
    int base = isList ? LIST : 0x80;
    int shortLength = first - base;
    if (shortLength <= 55) {
      if (shortLength > end - at - 1) {
        throw overrun(shortLength, end - at - 1);
      }
      payloadAt = at + 1;
      at = payloadAt + shortLength;
      if (shortLength == 1 && !isList && (bytes[payloadAt] & 0xff) < 0x80) {
        throw new RlpException(itemAt, "a byte below 0x80 has a prefix");
      }
      return;
    }
    int length = longLength(shortLength - 55);
    payloadAt = at + 1 + (shortLength - 55);
    at = payloadAt + length;
  }

  private int longLength(int lengthBytes) {
    if (lengthBytes > end - at - 1) {
      throw new RlpException(at, "the length itself is cut off");
    }
    if (bytes[at + 1] == 0) {
      throw new RlpException(at, "the length starts with a zero");
    }
    if (lengthBytes > 4) {
      throw new RlpException(at, "a length of " + lengthBytes + " bytes is beyond the end");
    }
    long length = 0;
    for (int i = 1; i <= lengthBytes; i++) {
      length = (length << 8) | (bytes[at + i] & 0xff);
    }
    if (length <= 55) {
      throw new RlpException(at, "the long form for a length of " + length);
    }
    if (length > end - at - 1 - lengthBytes) {
      throw overrun(length, end - at - 1 - lengthBytes);
    }
    return (int) length;
  }

  private RlpException overrun(long length, int left) {
    return new RlpException(at, "an item of " + length + " bytes, but only " + left + " are left");
  }

  /** First byte of the item that was read last, its prefix included. */
  public int itemAt() {
    return itemAt;
  }

  /** First byte of that item's payload. */
  public int payloadAt() {
    return payloadAt;
  }

  public int payloadLength() {
    return at - payloadAt;
  }

  /** Length of that item, its prefix included. */
  public int itemLength() {
    return at - itemAt;
  }

  public boolean isList() {
    return isList;
  }

  /** Enters the next item, which must be a list. */
  public RlpReader list() {
    return list(Integer.MAX_VALUE);
  }

  /** Enters the next item, which must be a list of at most so many payload bytes. */
  public RlpReader list(int bytesMax) {
    nextList();
    limit(bytesMax);
    return new RlpReader(bytes, payloadAt, at - payloadAt);
  }

  /** Moves over the next item, which must be a list. */
  public void nextList() {
    next();
    if (!isList) {
      throw new RlpException(itemAt, "a string instead of a list");
    }
  }

  /** Moves over the next item, which must be a string. */
  public void nextString() {
    next();
    if (isList) {
      throw new RlpException(itemAt, "a list instead of a string");
    }
  }

  /** Moves over the next item, which must be a string of exactly so many bytes. */
  public void nextString(int length) {
    nextString();
    if (payloadLength() != length) {
      throw new RlpException(
          itemAt, "a string of " + payloadLength() + " bytes instead of " + length);
    }
  }

  /** Copies the next item, which must be a string of at most so many bytes. */
  public byte[] string(int bytesMax) {
    nextString();
    limit(bytesMax);
    return Arrays.copyOfRange(bytes, payloadAt, at);
  }

  /** Copies the next item whole, its prefix included; at most so many bytes. */
  public byte[] item(int bytesMax) {
    next();
    limit(bytesMax);
    return Arrays.copyOfRange(bytes, itemAt, at);
  }

  private void limit(int bytesMax) {
    if (at - payloadAt > bytesMax) {
      throw new RlpException(
          itemAt,
          "an item of " + (at - payloadAt) + " bytes; at most " + bytesMax + " are allowed");
    }
  }

  public Hash hash() {
    nextString(Hash.BYTES);
    return Hash.of(bytes, payloadAt);
  }

  /** An integer of at most 64 bits, as an unsigned long. */
  public long unsignedLong() {
    nextInteger(Long.BYTES);
    long value = 0;
    for (int i = payloadAt; i < at; i++) {
      value = (value << 8) | (bytes[i] & 0xff);
    }
    return value;
  }

  /** An integer below 2^63. */
  public long positiveLong() {
    long value = unsignedLong();
    if (value < 0) {
      throw new RlpException(itemAt, "the integer is above 2^63 - 1");
    }
    return value;
  }

  /** An integer of at most {@code bytesMax} bytes. */
  public BigInteger integer(int bytesMax) {
    nextInteger(bytesMax);
    return new BigInteger(1, bytes, payloadAt, at - payloadAt);
  }

  /** Moves over the next item, which must be an integer of at most so many bytes. */
  public void nextInteger(int bytesMax) {
    nextString();
    if (at - payloadAt > bytesMax) {
      throw new RlpException(
          itemAt,
          "an integer of " + (at - payloadAt) + " bytes; at most " + bytesMax + " are allowed");
    }
    if (at > payloadAt && bytes[payloadAt] == 0) {
      throw new RlpException(itemAt, "an integer starts with a zero");
    }
  }

  /** Checks that no bytes follow. */
  public void end() {
    if (at != end) {
      throw new RlpException(at, (end - at) + " bytes too many");
    }
  }

  /**
   * Checks that the rest is canonical at every depth, without recursion, and moves to its end.
   *
   * @param depthMax how deep lists may nest; a list here has depth 1
   * @return how many items there were, at every depth
   */
  public long checkDeep(int depthMax) {
    int[] ends = new int[Math.min(depthMax, 16)];
    int depth = 0;
    long items = 0;
    while (true) {
      if (at == end) {
        if (depth == 0) {
          return items;
        }
        end = ends[--depth];
        continue;
      }
      next();
      items++;
      if (!isList || at == payloadAt) {
        continue;
      }
      if (depth == depthMax) {
        throw new RlpException(itemAt, "lists nested deeper than " + depthMax);
      }
      if (depth == ends.length) {
        ends = Arrays.copyOf(ends, Math.min(depthMax, ends.length * 2));
      }
      ends[depth++] = end;
      end = at;
      at = payloadAt;
    }
  }
}
