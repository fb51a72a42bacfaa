package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.rules.JavaKeyRecovery;
import dev.windlass.chain.rules.KeyRecovery;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Sign;

class NativeKeyRecoveryTest {
  @TempDir static Path dataPath;

  private final KeyRecovery java = new JavaKeyRecovery();

  private static KeyRecovery library() {
    Optional<KeyRecovery> library = NativeKeyRecovery.load(dataPath);
    Assumptions.assumeTrue(library.isPresent(), "this system has no library of secp256k1");
    return library.get();
  }

  @Test
  void shouldRecoverTheSameKeysAsJava() {
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      ECKeyPair key = ECKeyPair.create(new BigInteger(250, random).add(BigInteger.ONE));
      byte[] hash = new byte[32];
      random.nextBytes(hash);
      Sign.SignatureData signed = Sign.signMessage(hash, key, false);
      byte[] signature = new byte[64];
      System.arraycopy(signed.getR(), 0, signature, 0, 32);
      System.arraycopy(signed.getS(), 0, signature, 32, 32);
      int yParity = signed.getV()[0] - 27;

      byte[] recovered = library().recover(hash, signature, yParity).orElseThrow();

      assertEquals(4, recovered[0]);
      assertEquals(key.getPublicKey(), new BigInteger(1, recovered, 1, 64));
      assertArrayEquals(java.recover(hash, signature, yParity).orElseThrow(), recovered);
    }
  }

  @Test
  void shouldAgreeWithJavaOnSignaturesThatNoOneMade() {
    Random random = new Random(2);
    int without = 0;
    for (int i = 0; i < 200; i++) {
      byte[] hash = new byte[32];
      byte[] signature = new byte[64];
      random.nextBytes(hash);
      random.nextBytes(signature);
      // Below the order of the curve, for sure.
      signature[0] &= 0x7f;
      signature[32] &= 0x7f;
      Optional<byte[]> expected = java.recover(hash, signature, i & 1);
      Optional<byte[]> recovered = library().recover(hash, signature, i & 1);
      assertEquals(expected.isPresent(), recovered.isPresent());
      if (expected.isPresent()) {
        assertArrayEquals(expected.get(), recovered.get());
      } else {
        without++;
      }
    }
    assertTrue(without > 50, without + " of 200 have no key");
  }

  /** Containers do not execute from the temporary directory. */
  @Test
  void shouldUnpackTheLibraryIntoTheDataPath() {
    library();
    assertTrue(
        Files.exists(dataPath.resolve("native").resolve(System.mapLibraryName("secp256k1-jni"))));
  }
}
