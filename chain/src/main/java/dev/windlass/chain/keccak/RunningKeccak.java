package dev.windlass.chain.keccak;

import java.util.Arrays;
import java.util.Objects;

/**
 * Keccak-256 of one message that comes in parts: rate 136, padding 0x01, as before FIPS 202. One
 * thread at a time.
 */
public final class RunningKeccak {
  private static final int RATE_BYTES = KeccakLanes.RATE_BYTES;

  public static final int HASH_BYTES = 32;

  private final long[] state = new long[KeccakLanes.WORDS];
  private final long[] spare = new long[KeccakLanes.WORDS];
  private final long[] kept = new long[KeccakLanes.WORDS];
  private final byte[] block = new byte[RATE_BYTES];
  private int blockBytes;

  public void update(byte value) {
    block[blockBytes++] = value;
    if (blockBytes == RATE_BYTES) {
      absorb(block, 0);
      blockBytes = 0;
    }
  }

  public void update(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    int at = offset;
    int left = length;
    if (blockBytes > 0) {
      int count = Math.min(left, RATE_BYTES - blockBytes);
      System.arraycopy(bytes, at, block, blockBytes, count);
      blockBytes += count;
      at += count;
      left -= count;
      if (blockBytes < RATE_BYTES) {
        return;
      }
      absorb(block, 0);
      blockBytes = 0;
    }
    for (; left >= RATE_BYTES; at += RATE_BYTES, left -= RATE_BYTES) {
      absorb(bytes, at);
    }
    System.arraycopy(bytes, at, block, 0, left);
    blockBytes = left;
  }

  /** Writes the 32 bytes of the hash to the target, and starts a new message. */
  public void finish(byte[] target, int at) {
    writeHash(target, at);
    Arrays.fill(state, 0);
    blockBytes = 0;
  }

  /** Writes the hash of what has come so far to the target. The message goes on. */
  public void peek(byte[] target, int at) {
    System.arraycopy(state, 0, kept, 0, kept.length);
    writeHash(target, at);
    System.arraycopy(kept, 0, state, 0, kept.length);
  }

  private void writeHash(byte[] target, int at) {
    pad(block, blockBytes);
    absorb(block, 0);
    for (int word = 0; word < HASH_BYTES / Long.BYTES; word++) {
      KeccakLanes.WORD.set(target, at + word * Long.BYTES, state[word]);
    }
  }

  /** Fills a last block behind its bytes. Changes nothing before them. */
  static void pad(byte[] block, int bytes) {
    Arrays.fill(block, bytes, RATE_BYTES, (byte) 0);
    block[bytes] = 1;
    block[RATE_BYTES - 1] |= (byte) 0x80;
  }

  private void absorb(byte[] bytes, int at) {
    ScalarLanes.INSTANCE.mix(state, 0, bytes, at);
    ScalarLanes.INSTANCE.permute(state, spare);
  }
}
