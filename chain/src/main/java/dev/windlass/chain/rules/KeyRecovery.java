package dev.windlass.chain.rules;

import java.util.Optional;

/**
 * Finds the public key that made a signature on the curve secp256k1. The port of {@link Senders}
 * for the native library. Any number of threads may use one.
 */
public interface KeyRecovery {
  /**
   * Recovers the key.
   *
   * @param hash the 32 bytes that were signed
   * @param signature r and s, 32 bytes each, both from 1 to the order of the curve
   * @param yParity 0 or 1
   * @return the key: the byte 4, x, y. Empty if no key makes this signature
   */
  Optional<byte[]> recover(byte[] hash, byte[] signature, int yParity);
}
