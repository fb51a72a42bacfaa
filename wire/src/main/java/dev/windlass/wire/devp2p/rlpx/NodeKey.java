package dev.windlass.wire.devp2p.rlpx;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.SignatureException;
import java.util.Arrays;
import java.util.HexFormat;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Sign;

/**
 * A private key of secp256k1: a node's own, or an ephemeral one. Immutable. Only {@link
 * #toSecretHex} shows it.
 *
 * <p>A signature is r (32) ‖ s (32) ‖ recovery id (1), over a hash of 32 bytes.
 */
public final class NodeKey {
  public static final int SIGNATURE_BYTES = 65;

  private static final int RECOVERY_ID_OFFSET = 27;

  private final BigInteger secret;
  private final PublicKey publicKey;

  private NodeKey(BigInteger secret) {
    this.secret = secret;
    this.publicKey = PublicKey.of(Secp256k1.CURVE.getG().multiply(secret));
  }

  public static NodeKey random(SecureRandom random) {
    byte[] bytes = new byte[Secp256k1.FIELD_BYTES];
    while (true) {
      random.nextBytes(bytes);
      BigInteger secret = new BigInteger(1, bytes);
      if (isValid(secret)) {
        return new NodeKey(secret);
      }
    }
  }

  /** Reads 64 hexadecimal digits. */
  public static NodeKey fromHex(String text) {
    BigInteger secret;
    try {
      secret = new BigInteger(1, HexFormat.of().parseHex(text));
    } catch (IllegalArgumentException e) {
      throw new RlpxException("a node key is 64 hexadecimal digits", e);
    }
    if (text.length() != 2 * Secp256k1.FIELD_BYTES || !isValid(secret)) {
      throw new RlpxException("a node key is 64 hexadecimal digits, within the order of the curve");
    }
    return new NodeKey(secret);
  }

  private static boolean isValid(BigInteger secret) {
    return secret.signum() > 0 && secret.compareTo(Secp256k1.CURVE.getN()) < 0;
  }

  /** 64 hexadecimal digits. The caller must keep them secret. */
  public String toSecretHex() {
    String hex = secret.toString(16);
    return "0".repeat(2 * Secp256k1.FIELD_BYTES - hex.length()) + hex;
  }

  public PublicKey publicKey() {
    return publicKey;
  }

  byte[] agree(PublicKey other) {
    return Secp256k1.agree(secret, other);
  }

  byte[] sign(byte[] hash) {
    ECKeyPair pair = new ECKeyPair(secret, new BigInteger(1, publicKey.toBytes()));
    Sign.SignatureData signature = Sign.signMessage(hash, pair, false);
    byte[] bytes = new byte[SIGNATURE_BYTES];
    System.arraycopy(signature.getR(), 0, bytes, 0, 32);
    System.arraycopy(signature.getS(), 0, bytes, 32, 32);
    bytes[64] = (byte) (signature.getV()[0] - RECOVERY_ID_OFFSET);
    return bytes;
  }

  /** The public key that made the signature. Throws {@link RlpxException} if there is none. */
  static PublicKey recover(byte[] hash, byte[] signature) {
    if (signature.length != SIGNATURE_BYTES || signature[64] < 0 || signature[64] > 3) {
      throw new RlpxException("a malformed signature");
    }
    byte[] r = Arrays.copyOfRange(signature, 0, 32);
    byte[] s = Arrays.copyOfRange(signature, 32, 64);
    byte v = (byte) (signature[64] + RECOVERY_ID_OFFSET);
    try {
      BigInteger key = Sign.signedMessageHashToKey(hash, new Sign.SignatureData(v, r, s));
      byte[] bytes = new byte[PublicKey.BYTES];
      byte[] number = key.toByteArray();
      int from = Math.max(0, number.length - bytes.length);
      int count = number.length - from;
      System.arraycopy(number, from, bytes, bytes.length - count, count);
      return PublicKey.of(bytes);
    } catch (SignatureException | RuntimeException e) {
      throw new RlpxException("a signature without a public key", e);
    }
  }
}
