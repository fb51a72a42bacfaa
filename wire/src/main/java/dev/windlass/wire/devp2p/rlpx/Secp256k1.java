package dev.windlass.wire.devp2p.rlpx;

import java.math.BigInteger;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;

/** The curve of node keys. */
final class Secp256k1 {
  static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
  static final int FIELD_BYTES = 32;

  private Secp256k1() {}

  /** The x coordinate of the shared point, as 32 bytes. */
  static byte[] agree(BigInteger privateKey, PublicKey other) {
    ECPoint shared = other.point().multiply(privateKey).normalize();
    if (shared.isInfinity()) {
      throw new RlpxException("the agreed key is the point at infinity");
    }
    return shared.getAffineXCoord().getEncoded();
  }
}
