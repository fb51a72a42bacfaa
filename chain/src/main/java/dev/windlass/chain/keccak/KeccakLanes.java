package dev.windlass.chain.keccak;

/**
 * Permutes several independent states of Keccak at once. Implementations keep nothing between two
 * calls, so any number of threads may share one.
 *
 * <pre>
 * states   word 0 of each lane ‖ word 1 of each lane ‖ ... ‖ word 24 of each lane
 * </pre>
 */
public interface KeccakLanes {
  /** The words of one state. */
  int WORDS = 25;

  int ROUNDS = 24;

  /** The constants of the rounds, as a copy. */
  static long[] roundConstants() {
    return ScalarLanes.ROUND_CONSTANTS.clone();
  }

  /** How many states are permuted at once. */
  int count();

  /**
   * Applies keccak-f[1600] to each state.
   *
   * @param states {@code WORDS * count()} longs
   * @param spare as many, whose content is lost
   */
  void permute(long[] states, long[] spare);
}
