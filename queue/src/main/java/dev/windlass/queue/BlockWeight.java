package dev.windlass.queue;

/**
 * The expected size of blocks, and of answers with blocks.
 *
 * <p>Owned by {@link ReservationQueue}.
 */
final class BlockWeight {
  /** Servers end an answer once it has reached 2 MiB. */
  static final long ANSWER_BYTES = 2 << 20;

  /** The expected size of a block before one has come: that of an early block. */
  private static final long FIRST_GUESS = 1_024;

  /** Limits the size of an answer, so that a few answers do not fill a small window. */
  private static final int ANSWERS_PER_WINDOW_MIN = 32;

  private final long answerBytes;
  private long guess = FIRST_GUESS;

  /** Whether a block has come since the last {@link #forget}. */
  private boolean isKnown;

  BlockWeight(long windowBytesMax) {
    answerBytes = Math.min(ANSWER_BYTES, windowBytesMax / ANSWERS_PER_WINDOW_MIN);
  }

  /** The next blocks are of another range, so their size is not known yet. */
  void forget() {
    isKnown = false;
  }

  /**
   * Learns from blocks that have come.
   *
   * @param mean of their sizes
   */
  void learn(long mean) {
    guess = Math.max(1, (3 * guess + mean) / 4);
    isKnown = true;
  }

  long of(int blocks) {
    return blocks * guess;
  }

  /** The size to reserve for an answer if its blocks may be larger than expected. */
  long answerMin() {
    return answerBytes;
  }

  /** The same if it is the only answer that a peer owes. */
  long firstAnswerMin() {
    return isKnown ? 0 : answerBytes;
  }
}
