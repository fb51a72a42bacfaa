package dev.windlass.chain.keccak;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

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

  /** Bytes that one permutation takes in. */
  int RATE_BYTES = 136;

  int RATE_WORDS = RATE_BYTES / Long.BYTES;

  /** The words of a byte array. Keccak counts bytes from the low end of a word. */
  VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The constants of the rounds, as a copy. */
  static long[] roundConstants() {
    return ScalarLanes.ROUND_CONSTANTS.clone();
  }

  /** How many states are permuted at once. */
  int count();

  /**
   * Sets the state of one lane to the first block of a message.
   *
   * @param block {@code RATE_BYTES} from {@code at} on
   */
  void begin(long[] states, int lane, byte[] block, int at);

  /** Mixes the next block of a message into the state of one lane. */
  void mix(long[] states, int lane, byte[] block, int at);

  /**
   * Applies keccak-f[1600] to each state.
   *
   * @param states {@code WORDS * count()} longs
   * @param spare as many, whose content is lost
   */
  void permute(long[] states, long[] spare);
}
