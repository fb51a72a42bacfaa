package dev.windlass.chain.rlp;

import dev.windlass.chain.Hash;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * Writes RLP in its canonical form into a buffer that grows as needed.
 *
 * <p>Closing a list moves its payload by the length of its prefix, so the caller need not measure
 * it beforehand. One thread at a time. After {@link #toBytes}, call {@link #clear} before writing
 * again.
 */
public final class RlpWriter {
  private byte[] buffer;
  private int length;
  private int[] openLists = new int[8];
  private int depth;

  public RlpWriter() {
    this(512);
  }

  public RlpWriter(int bytesExpected) {
    buffer = new byte[Math.max(16, bytesExpected)];
  }

  public RlpWriter beginList() {
    if (depth == openLists.length) {
      openLists = Arrays.copyOf(openLists, depth * 2);
    }
    openLists[depth++] = length;
    return this;
  }

  public RlpWriter endList() {
    if (depth == 0) {
      throw new IllegalStateException("no list is open");
    }
    int from = openLists[--depth];
    int payload = length - from;
    int prefix = prefixLength(payload);
    room(prefix);
    System.arraycopy(buffer, from, buffer, from + prefix, payload);
    writePrefix(buffer, from, 0xc0, payload);
    length += prefix;
    return this;
  }

  public RlpWriter string(byte[] bytes) {
    return string(bytes, 0, bytes.length);
  }

  public RlpWriter string(byte[] bytes, int offset, int count) {
    if (count != 1 || (bytes[offset] & 0xff) >= 0x80) {
      int prefix = prefixLength(count);
      room(prefix);
      writePrefix(buffer, length, 0x80, count);
      length += prefix;
    }
    return raw(bytes, offset, count);
  }

  public RlpWriter hash(Hash hash) {
    room(1 + Hash.BYTES);
    buffer[length] = (byte) (0x80 + Hash.BYTES);
    hash.writeTo(buffer, length + 1);
    length += 1 + Hash.BYTES;
    return this;
  }

  /** An integer of 64 bits, taken as unsigned. */
  public RlpWriter integer(long value) {
    room(1 + Long.BYTES);
    length += writeInteger(buffer, length, value);
    return this;
  }

  public RlpWriter integer(BigInteger value) {
    if (value.signum() < 0) {
      throw new IllegalArgumentException("RLP has no negative integers: " + value);
    }
    byte[] bytes = value.toByteArray();
    int skip = bytes[0] == 0 ? 1 : 0;
    return string(bytes, skip, bytes.length - skip);
  }

  /** Bytes that are RLP already. */
  public RlpWriter raw(byte[] bytes) {
    return raw(bytes, 0, bytes.length);
  }

  public RlpWriter raw(byte[] bytes, int offset, int count) {
    room(count);
    System.arraycopy(bytes, offset, buffer, length, count);
    length += count;
    return this;
  }

  /** The bytes written. Every list must be closed. */
  public byte[] toBytes() {
    if (depth != 0) {
      throw new IllegalStateException(depth + " lists are open");
    }
    return Arrays.copyOf(buffer, length);
  }

  /** Starts over, with the same buffer. */
  public RlpWriter clear() {
    length = 0;
    depth = 0;
    return this;
  }

  private void room(int count) {
    if (count > buffer.length - length) {
      buffer = Arrays.copyOf(buffer, Math.max(length + count, buffer.length * 2));
    }
  }

  /** Bytes of the prefix of a list, or of a string other than a single byte below 0x80. */
  public static int prefixLength(int payload) {
    return payload <= 55 ? 1 : 1 + byteLength(payload);
  }

  /** Writes the prefix; {@code base} is 0x80 for a string, 0xc0 for a list. */
  public static void writePrefix(byte[] target, int at, int base, int payload) {
    if (payload <= 55) {
      target[at] = (byte) (base + payload);
      return;
    }
    int lengthBytes = byteLength(payload);
    target[at] = (byte) (base + 55 + lengthBytes);
    for (int i = 0; i < lengthBytes; i++) {
      target[at + lengthBytes - i] = (byte) (payload >>> (8 * i));
    }
  }

  /** Writes the integer, of at most nine bytes; returns how many. */
  static int writeInteger(byte[] target, int at, long value) {
    if (value > 0 && value < 0x80) {
      target[at] = (byte) value;
      return 1;
    }
    int count = byteLength(value);
    target[at] = (byte) (0x80 + count);
    for (int i = 0; i < count; i++) {
      target[at + count - i] = (byte) (value >>> (8 * i));
    }
    return 1 + count;
  }

  private static int byteLength(long value) {
    return (Long.SIZE - Long.numberOfLeadingZeros(value) + 7) / 8;
  }
}
