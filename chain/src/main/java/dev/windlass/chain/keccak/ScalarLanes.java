package dev.windlass.chain.keccak;

import java.util.Arrays;

/**
 * Permutes one state with plain Java (FIPS 202, section 3).
 *
 * <p>Each round reads one array and writes the other. Twenty-five local variables do not fit into
 * the registers of a processor, and spilling them takes longer than this.
 */
final class ScalarLanes implements KeccakLanes {
  static final ScalarLanes INSTANCE = new ScalarLanes();

  static final long[] ROUND_CONSTANTS = {
    0x0000000000000001L, 0x0000000000008082L, 0x800000000000808aL,
    0x8000000080008000L, 0x000000000000808bL, 0x0000000080000001L,
    0x8000000080008081L, 0x8000000000008009L, 0x000000000000008aL,
    0x0000000000000088L, 0x0000000080008009L, 0x000000008000000aL,
    0x000000008000808bL, 0x800000000000008bL, 0x8000000000008089L,
    0x8000000000008003L, 0x8000000000008002L, 0x8000000000000080L,
    0x000000000000800aL, 0x800000008000000aL, 0x8000000080008081L,
    0x8000000000008080L, 0x0000000080000001L, 0x8000000080008008L,
  };

  private ScalarLanes() {}

  @Override
  public int count() {
    return 1;
  }

  @Override
  public void begin(long[] state, int lane, byte[] block, int at) {
    for (int word = 0; word < RATE_WORDS; word++) {
      state[word] = (long) WORD.get(block, at + word * Long.BYTES);
    }
    Arrays.fill(state, RATE_WORDS, WORDS, 0);
  }

  @Override
  public void mix(long[] state, int lane, byte[] block, int at) {
    for (int word = 0; word < RATE_WORDS; word++) {
      state[word] ^= (long) WORD.get(block, at + word * Long.BYTES);
    }
  }

  @Override
  public void permute(long[] state, long[] spare) {
    for (int round = 0; round < ROUNDS; round += 2) {
      round(state, spare, ROUND_CONSTANTS[round]);
      round(spare, state, ROUND_CONSTANTS[round + 1]);
    }
  }

  private static void round(long[] from, long[] to, long constant) {
    long c0 = from[0] ^ from[5] ^ from[10] ^ from[15] ^ from[20];
    long c1 = from[1] ^ from[6] ^ from[11] ^ from[16] ^ from[21];
    long c2 = from[2] ^ from[7] ^ from[12] ^ from[17] ^ from[22];
    long c3 = from[3] ^ from[8] ^ from[13] ^ from[18] ^ from[23];
    long c4 = from[4] ^ from[9] ^ from[14] ^ from[19] ^ from[24];
    long d0 = c4 ^ Long.rotateLeft(c1, 1);
    long d1 = c0 ^ Long.rotateLeft(c2, 1);
    long d2 = c1 ^ Long.rotateLeft(c3, 1);
    long d3 = c2 ^ Long.rotateLeft(c4, 1);
    long d4 = c3 ^ Long.rotateLeft(c0, 1);
    long b0 = from[0] ^ d0;
    long b1 = Long.rotateLeft(from[6] ^ d1, 44);
    long b2 = Long.rotateLeft(from[12] ^ d2, 43);
    long b3 = Long.rotateLeft(from[18] ^ d3, 21);
    long b4 = Long.rotateLeft(from[24] ^ d4, 14);
    to[0] = b0 ^ (~b1 & b2) ^ constant;
    to[1] = b1 ^ (~b2 & b3);
    to[2] = b2 ^ (~b3 & b4);
    to[3] = b3 ^ (~b4 & b0);
    to[4] = b4 ^ (~b0 & b1);
    b0 = Long.rotateLeft(from[3] ^ d3, 28);
    b1 = Long.rotateLeft(from[9] ^ d4, 20);
    b2 = Long.rotateLeft(from[10] ^ d0, 3);
    b3 = Long.rotateLeft(from[16] ^ d1, 45);
    b4 = Long.rotateLeft(from[22] ^ d2, 61);
    to[5] = b0 ^ (~b1 & b2);
    to[6] = b1 ^ (~b2 & b3);
    to[7] = b2 ^ (~b3 & b4);
    to[8] = b3 ^ (~b4 & b0);
    to[9] = b4 ^ (~b0 & b1);
    b0 = Long.rotateLeft(from[1] ^ d1, 1);
    b1 = Long.rotateLeft(from[7] ^ d2, 6);
    b2 = Long.rotateLeft(from[13] ^ d3, 25);
    b3 = Long.rotateLeft(from[19] ^ d4, 8);
    b4 = Long.rotateLeft(from[20] ^ d0, 18);
    to[10] = b0 ^ (~b1 & b2);
    to[11] = b1 ^ (~b2 & b3);
    to[12] = b2 ^ (~b3 & b4);
    to[13] = b3 ^ (~b4 & b0);
    to[14] = b4 ^ (~b0 & b1);
    b0 = Long.rotateLeft(from[4] ^ d4, 27);
    b1 = Long.rotateLeft(from[5] ^ d0, 36);
    b2 = Long.rotateLeft(from[11] ^ d1, 10);
    b3 = Long.rotateLeft(from[17] ^ d2, 15);
    b4 = Long.rotateLeft(from[23] ^ d3, 56);
    to[15] = b0 ^ (~b1 & b2);
    to[16] = b1 ^ (~b2 & b3);
    to[17] = b2 ^ (~b3 & b4);
    to[18] = b3 ^ (~b4 & b0);
    to[19] = b4 ^ (~b0 & b1);
    b0 = Long.rotateLeft(from[2] ^ d2, 62);
    b1 = Long.rotateLeft(from[8] ^ d3, 55);
    b2 = Long.rotateLeft(from[14] ^ d4, 39);
    b3 = Long.rotateLeft(from[15] ^ d0, 41);
    b4 = Long.rotateLeft(from[21] ^ d1, 2);
    to[20] = b0 ^ (~b1 & b2);
    to[21] = b1 ^ (~b2 & b3);
    to[22] = b2 ^ (~b3 & b4);
    to[23] = b3 ^ (~b4 & b0);
    to[24] = b4 ^ (~b0 & b1);
  }
}
