package dev.windlass.wire.files;

import dev.windlass.chain.Hash;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The root with which an era1 file commits to its blocks. It is SSZ's {@code hash_tree_root} of a
 * list of at most 8192 records (block hash, total difficulty), over SHA-256.
 *
 * <p>Built block by block, by one thread.
 */
final class EraAccumulator {
  static final int RECORDS_MAX = 8192;

  private static final int DEPTH = 13;

  private final MessageDigest sha256;
  private final byte[][] pending = new byte[DEPTH + 1][];
  private int count;

  EraAccumulator() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  void add(Hash hash, BigInteger totalDifficulty) {
    byte[] node = hash(hash.toBytes(), littleEndian(totalDifficulty));
    int level = 0;
    for (int rest = count; (rest & 1) == 1; rest >>= 1) {
      node = hash(pending[level], node);
      level++;
    }
    pending[level] = node;
    count++;
  }

  Hash root() {
    byte[] zero = new byte[Hash.BYTES];
    byte[] node = null;
    for (int level = 0; level < DEPTH; level++) {
      boolean isPending = (count >> level & 1) == 1;
      if (node == null) {
        node = isPending ? hash(pending[level], zero) : null;
      } else {
        node = isPending ? hash(pending[level], node) : hash(node, zero);
      }
      zero = hash(zero, zero);
    }
    if (node == null) {
      node = count == RECORDS_MAX ? pending[DEPTH] : zero;
    }
    return Hash.of(hash(node, littleEndian(BigInteger.valueOf(count))));
  }

  private byte[] hash(byte[] left, byte[] right) {
    sha256.update(left);
    return sha256.digest(right);
  }

  /** As 32 bytes. The caller must check that it fits. */
  private static byte[] littleEndian(BigInteger value) {
    byte[] big = value.toByteArray();
    byte[] little = new byte[Hash.BYTES];
    for (int i = 0; i < big.length && i < little.length; i++) {
      little[i] = big[big.length - 1 - i];
    }
    return little;
  }
}
