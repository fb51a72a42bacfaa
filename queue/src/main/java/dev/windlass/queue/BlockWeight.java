package dev.windlass.queue;

/**
 * What blocks, and answers that bring them, are expected to weigh.
 *
 * <p>Owned by {@link ReservationQueue}.
 */
final class BlockWeight {
  /** Servers stop once an answer has reached 2 MiB. */
  static final long ANSWER_BYTES = 2 << 20;

  /** What a block is taken to weigh before one was seen: an early one. */
  private static final long FIRST_GUESS = 1_024;

  /** A small window is not used up by a few answers. */
  private static final int ANSWERS_PER_WINDOW_MIN = 32;

  private final long answerBytes;
  private long guess = FIRST_GUESS;

  /** Whether a block of this chain has shown what they weigh here. */
  private boolean isKnown;

  BlockWeight(long windowBytesMax) {
    answerBytes = Math.min(ANSWER_BYTES, windowBytesMax / ANSWERS_PER_WINDOW_MIN);
  }

  /** Other blocks follow, of which none was seen. */
  void forget() {
    isKnown = false;
  }

  /**
   * Blocks have come.
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

  /** What an answer may well weigh if its blocks are not as heavy as is expected. */
  long answerMin() {
    return answerBytes;
  }

  /** The same for the only answer that a peer owes. */
  long firstAnswerMin() {
    return isKnown ? 0 : answerBytes;
  }
}
