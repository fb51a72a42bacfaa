package dev.windlass.wire.devp2p.rlpx;

import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.math.ec.ECPoint;

/**
 * A point on secp256k1: a node's identity, or one end of an ephemeral key.
 *
 * <pre>
 * x (32, big-endian) ‖ y (32, big-endian)
 * </pre>
 *
 * <p>Immutable. It is always on the curve, and never the point at infinity.
 */
public final class PublicKey {
  public static final int BYTES = 64;

  /** The prefix of an uncompressed point (SEC 1, section 2.3.3). */
  private static final byte UNCOMPRESSED = 4;

  private final byte[] bytes;
  private final ECPoint point;

  private PublicKey(byte[] bytes, ECPoint point) {
    this.bytes = bytes;
    this.point = point;
  }

  /** Reads 64 bytes. Throws {@link RlpxException} if they are not a point of the curve. */
  public static PublicKey of(byte[] source, int offset) {
    byte[] encoded = new byte[1 + BYTES];
    encoded[0] = UNCOMPRESSED;
    System.arraycopy(source, offset, encoded, 1, BYTES);
    try {
      ECPoint point = Secp256k1.CURVE.getCurve().decodePoint(encoded);
      return new PublicKey(Arrays.copyOfRange(encoded, 1, encoded.length), point);
    } catch (IllegalArgumentException e) {
      throw new RlpxException("a public key is not on the curve", e);
    }
  }

  public static PublicKey of(byte[] source) {
    if (source.length != BYTES) {
      throw new RlpxException("a public key of " + source.length + " bytes instead of " + BYTES);
    }
    return of(source, 0);
  }

  static PublicKey of(ECPoint point) {
    return of(point.normalize().getEncoded(false), 1);
  }

  /** Reads 128 hexadecimal digits. */
  public static PublicKey fromHex(String text) {
    try {
      return of(HexFormat.of().parseHex(text));
    } catch (IllegalArgumentException e) {
      throw new RlpxException(
          "'" + text + "' is not a public key: expected 128 hexadecimal digits", e);
    }
  }

  ECPoint point() {
    return point;
  }

  public byte[] toBytes() {
    return bytes.clone();
  }

  public String toHex() {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PublicKey key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The first eight bytes, which are enough to tell peers apart in a log. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes, 0, 8);
  }
}
