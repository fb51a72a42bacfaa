package dev.windlass.chain.rules;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.web3j.crypto.ECDSASignature;
import org.web3j.crypto.Sign;

/** Recovery in Java, by Bouncy Castle. It runs everywhere, and takes several times longer. */
public final class JavaKeyRecovery implements KeyRecovery {
  private static final int WORD_BYTES = 32;

  @Override
  public Optional<byte[]> recover(byte[] hash, byte[] signature, int yParity) {
    ECDSASignature pair =
        new ECDSASignature(
            new BigInteger(1, signature, 0, WORD_BYTES),
            new BigInteger(1, signature, WORD_BYTES, WORD_BYTES));
    BigInteger key = recover(pair, hash, yParity);
    if (key == null || key.signum() == 0) {
      return Optional.empty();
    }
    byte[] bytes = key.toByteArray();
    byte[] encoded = new byte[1 + 2 * WORD_BYTES];
    int count = Math.min(bytes.length, 2 * WORD_BYTES);
    System.arraycopy(bytes, bytes.length - count, encoded, encoded.length - count, count);
    encoded[0] = 4;
    return Optional.of(encoded);
  }

  private static BigInteger recover(ECDSASignature pair, byte[] hash, int yParity) {
    try {
      return Sign.recoverFromSignature(yParity, pair, Arrays.copyOf(hash, hash.length));
    } catch (IllegalArgumentException e) {
      // No point of the curve has this x.
      return null;
    }
  }
}
