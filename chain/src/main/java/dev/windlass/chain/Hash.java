package dev.windlass.chain;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * A 32-byte hash. It is kept as four longs, so comparing and hashing it needs no loop over an
 * array.
 *
 * <p>Immutable; equal when all 32 bytes are equal; ordered as unsigned bytes.
 */
public final class Hash implements Comparable<Hash> {
  /** Length in bytes. */
  public static final int BYTES = 32;

  public static final Hash ZERO = new Hash(0, 0, 0, 0);

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final HexFormat HEX = HexFormat.of();

  private final long a;
  private final long b;
  private final long c;
  private final long d;

  private Hash(long a, long b, long c, long d) {
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }

  /** The hash of these bytes, exactly 32. */
  public static Hash of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a hash has 32 bytes, not " + bytes.length);
    }
    return of(bytes, 0);
  }

  /** The hash in the 32 bytes that start at {@code offset}. */
  public static Hash of(byte[] bytes, int offset) {
    return new Hash(
        (long) LONG.get(bytes, offset),
        (long) LONG.get(bytes, offset + 8),
        (long) LONG.get(bytes, offset + 16),
        (long) LONG.get(bytes, offset + 24));
  }

  /** The hash in the 32 bytes that start at {@code offset} of a big-endian buffer. */
  static Hash of(ByteBuffer bytes, int offset) {
    return new Hash(
        bytes.getLong(offset),
        bytes.getLong(offset + 8),
        bytes.getLong(offset + 16),
        bytes.getLong(offset + 24));
  }

  /** The hash whose big-endian words these are. */
  public static Hash ofLongs(long a, long b, long c, long d) {
    return new Hash(a, b, c, d);
  }

  /**
   * Reads 64 hexadecimal digits, with or without {@code 0x}.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static Hash fromHex(String text) {
    String digits = text.startsWith("0x") || text.startsWith("0X") ? text.substring(2) : text;
    if (digits.length() != 2 * BYTES) {
      throw new IllegalArgumentException(
          "a hash is 0x and 64 hexadecimal digits, not '" + text + "'");
    }
    try {
      return of(HEX.parseHex(digits));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "a hash is 0x and 64 hexadecimal digits, not '" + text + "'", e);
    }
  }

  public byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    writeTo(bytes, 0);
    return bytes;
  }

  public void writeTo(byte[] target, int offset) {
    LONG.set(target, offset, a);
    LONG.set(target, offset + 8, b);
    LONG.set(target, offset + 16, c);
    LONG.set(target, offset + 24, d);
  }

  void writeTo(ByteBuffer target, int offset) {
    target.putLong(offset, a);
    target.putLong(offset + 8, b);
    target.putLong(offset + 16, c);
    target.putLong(offset + 24, d);
  }

  boolean equalsBytes(ByteBuffer bytes, int offset) {
    return a == bytes.getLong(offset)
        && b == bytes.getLong(offset + 8)
        && c == bytes.getLong(offset + 16)
        && d == bytes.getLong(offset + 24);
  }

  /** The first eight bytes: a well-mixed number for tables and samples. */
  public long firstLong() {
    return a;
  }

  @Override
  public int compareTo(Hash other) {
    int order = Long.compareUnsigned(a, other.a);
    if (order == 0) {
      order = Long.compareUnsigned(b, other.b);
    }
    if (order == 0) {
      order = Long.compareUnsigned(c, other.c);
    }
    return order != 0 ? order : Long.compareUnsigned(d, other.d);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Hash that && a == that.a && b == that.b && c == that.c && d == that.d;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(a ^ d);
  }

  /** {@code 0x} and 64 lower-case digits. */
  @Override
  public String toString() {
    return "0x" + HEX.formatHex(toBytes());
  }

  /** The first and last bytes, for logs. */
  public String shortHex() {
    String hex = toString();
    return hex.substring(0, 10) + "…" + hex.substring(60);
  }
}
