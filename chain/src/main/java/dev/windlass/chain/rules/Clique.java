package dev.windlass.chain.rules;

/**
 * The settings of a Clique chain.
 *
 * @param period fewest seconds between two blocks
 * @param epoch each block whose number is a multiple of it lists the signers
 */
public record Clique(long period, long epoch) {
  /** The epoch of a genesis file that names none. */
  public static final long EPOCH_DEFAULT = 30_000;

  public Clique {
    if (period < 0 || epoch < 1) {
      throw new IllegalArgumentException("period " + period + ", epoch " + epoch);
    }
  }
}
