package dev.windlass.wire;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Changes bytes as a fuzzer does. It makes a few small changes each time, the same for the same
 * seed.
 */
public final class Mutator {
  /** The first and last prefixes of RLP's forms. */
  private static final int[] EDGES = {
    0x00, 0x01, 0x7f, 0x80, 0x81, 0xb7, 0xb8, 0xb9, 0xbf, 0xc0, 0xc1, 0xf7, 0xf8, 0xf9, 0xfe, 0xff
  };

  private static final int CHANGES_MAX = 4;
  private static final int GROWTH_MAX = 16;

  private Mutator() {}

  /** The mutated bytes, at least one. The original may be changed too. */
  public static byte[] mutated(SplittableRandom random, byte[] original) {
    byte[] bytes = original.length == 0 ? new byte[1] : original;
    for (int changes = 1 + random.nextInt(CHANGES_MAX); changes > 0; changes--) {
      bytes = changed(random, bytes);
    }
    return bytes;
  }

  private static byte[] changed(SplittableRandom random, byte[] bytes) {
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(8)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt(256);
      case 2 -> bytes[at] = (byte) EDGES[random.nextInt(EDGES.length)];
      case 3 -> {
        return Arrays.copyOf(bytes, at + 1);
      }
      case 4 -> {
        return Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(GROWTH_MAX));
      }
      case 5 -> {
        int from = random.nextInt(bytes.length);
        int length = random.nextInt(bytes.length - Math.max(at, from)) + 1;
        System.arraycopy(bytes, from, bytes, at, length);
      }
      case 6 -> {
        return inserted(bytes, at, 1 + random.nextInt(GROWTH_MAX), random);
      }
      default -> {
        return removed(bytes, at, 1 + random.nextInt(GROWTH_MAX));
      }
    }
    return bytes;
  }

  private static byte[] inserted(byte[] bytes, int at, int count, SplittableRandom random) {
    byte[] longer = new byte[bytes.length + count];
    random.nextBytes(longer);
    System.arraycopy(bytes, 0, longer, 0, at);
    System.arraycopy(bytes, at, longer, at + count, bytes.length - at);
    return longer;
  }

  private static byte[] removed(byte[] bytes, int at, int countMax) {
    int count = Math.min(countMax, bytes.length - at);
    if (count == bytes.length) {
      return new byte[1];
    }
    byte[] shorter = Arrays.copyOf(bytes, bytes.length - count);
    System.arraycopy(bytes, at + count, shorter, at, shorter.length - at);
    return shorter;
  }
}
