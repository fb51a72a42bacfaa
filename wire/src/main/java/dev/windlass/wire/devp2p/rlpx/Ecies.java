package dev.windlass.wire.devp2p.rlpx;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.modes.SICBlockCipher;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/**
 * The encryption of the two handshake messages to a public key.
 *
 * <pre>
 * 0x04 (1) ‖ ephemeral public key (64) ‖ iv (16) ‖ AES-128-CTR(message) ‖ HMAC-SHA-256 (32)
 * </pre>
 *
 * <p>The MAC covers the iv, the ciphertext and data that both ends know (the message's size prefix
 * since EIP-8). Source: devp2p's rlpx.md, "ECIES Encryption".
 */
final class Ecies {
  /** The bytes that the encryption adds to a message. */
  static final int OVERHEAD = 1 + PublicKey.BYTES + 16 + 32;

  private static final int IV_AT = 1 + PublicKey.BYTES;
  private static final int IV_BYTES = 16;
  private static final int CIPHER_AT = IV_AT + IV_BYTES;
  private static final int MAC_BYTES = 32;
  private static final int KEY_BYTES = 16;
  private static final byte UNCOMPRESSED = 4;

  private Ecies() {}

  static byte[] encrypt(
      PublicKey recipient, byte[] message, byte[] sharedData, SecureRandom random) {
    NodeKey ephemeral = NodeKey.random(random);
    Keys keys = Keys.of(ephemeral.agree(recipient));
    byte[] iv = new byte[IV_BYTES];
    random.nextBytes(iv);
    byte[] sealed = new byte[OVERHEAD + message.length];
    sealed[0] = UNCOMPRESSED;
    System.arraycopy(ephemeral.publicKey().toBytes(), 0, sealed, 1, PublicKey.BYTES);
    System.arraycopy(iv, 0, sealed, IV_AT, IV_BYTES);
    cipher(keys, iv).processBytes(message, 0, message.length, sealed, CIPHER_AT);
    int macAt = CIPHER_AT + message.length;
    System.arraycopy(mac(keys, sealed, macAt, sharedData), 0, sealed, macAt, MAC_BYTES);
    return sealed;
  }

  /**
   * Decrypts. Throws {@link RlpxException} if the message was not encrypted to this key, or was
   * changed.
   */
  static byte[] decrypt(NodeKey key, byte[] sealed, byte[] sharedData) {
    if (sealed.length < OVERHEAD || sealed[0] != UNCOMPRESSED) {
      throw new RlpxException("not an ECIES message");
    }
    Keys keys = Keys.of(key.agree(PublicKey.of(sealed, 1)));
    int macAt = sealed.length - MAC_BYTES;
    byte[] said = Arrays.copyOfRange(sealed, macAt, sealed.length);
    if (!MessageDigest.isEqual(said, mac(keys, sealed, macAt, sharedData))) {
      throw new RlpxException("a handshake message for another key, or a changed one");
    }
    byte[] iv = Arrays.copyOfRange(sealed, IV_AT, CIPHER_AT);
    byte[] message = new byte[macAt - CIPHER_AT];
    cipher(keys, iv).processBytes(sealed, CIPHER_AT, message.length, message, 0);
    return message;
  }

  private static SICBlockCipher cipher(Keys keys, byte[] iv) {
    SICBlockCipher cipher = (SICBlockCipher) SICBlockCipher.newInstance(AESEngine.newInstance());
    cipher.init(true, new ParametersWithIV(new KeyParameter(keys.encryption), iv));
    return cipher;
  }

  private static byte[] mac(Keys keys, byte[] sealed, int macAt, byte[] sharedData) {
    HMac mac = new HMac(new SHA256Digest());
    mac.init(new KeyParameter(keys.authentication));
    mac.update(sealed, IV_AT, macAt - IV_AT);
    mac.update(sharedData, 0, sharedData.length);
    byte[] bytes = new byte[MAC_BYTES];
    mac.doFinal(bytes, 0);
    return bytes;
  }

  /** One hash of the concatenation KDF (NIST SP 800-56A) gives both keys. */
  private static final class Keys {
    private final byte[] encryption;
    private final byte[] authentication;

    private Keys(byte[] encryption, byte[] authentication) {
      this.encryption = encryption;
      this.authentication = authentication;
    }

    static Keys of(byte[] shared) {
      byte[] input = new byte[4 + shared.length];
      input[3] = 1;
      System.arraycopy(shared, 0, input, 4, shared.length);
      byte[] derived = sha256(input);
      return new Keys(
          Arrays.copyOfRange(derived, 0, KEY_BYTES),
          sha256(Arrays.copyOfRange(derived, KEY_BYTES, 2 * KEY_BYTES)));
    }

    private static byte[] sha256(byte[] input) {
      SHA256Digest digest = new SHA256Digest();
      digest.update(input, 0, input.length);
      byte[] output = new byte[digest.getDigestSize()];
      digest.doFinal(output, 0);
      return output;
    }
  }
}
