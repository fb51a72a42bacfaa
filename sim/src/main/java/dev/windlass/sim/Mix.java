package dev.windlass.sim;

/**
 * A stream of pseudo-random numbers that is the same on every machine: SplitMix64 (Steele, Lea and
 * Flood, 2014). Not thread-safe.
 */
final class Mix {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private long state;

  Mix(long seed) {
    state = seed;
  }

  /** The number of a pair. */
  static long of(long a, long b) {
    return finish(finish(a + GOLDEN) ^ (b * GOLDEN + 1));
  }

  private static long finish(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  long next() {
    state += GOLDEN;
    return finish(state);
  }

  /** From 0 to {@code bound - 1}. */
  int below(int bound) {
    return (int) Long.remainderUnsigned(next(), bound);
  }

  byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    long word = 0;
    for (int i = 0; i < count; i++) {
      if (i % Long.BYTES == 0) {
        word = next();
      }
      bytes[i] = (byte) (word >>> (8 * (i % Long.BYTES)));
    }
    return bytes;
  }
}
