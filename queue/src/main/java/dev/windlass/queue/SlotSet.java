package dev.windlass.queue;

import java.util.Arrays;

/**
 * A set of slots of a ring. Any operation takes the same short time, since a second level has a bit
 * for each word that is not empty. {@link java.util.BitSet} walks all its words if the last ones
 * become empty, and on its way to the next bit.
 */
final class SlotSet {
  private static final int WORD_BITS = 6;

  private final long[] words;
  private final long[] filledWords;

  /**
   * An empty set.
   *
   * @param capacity the number of slots
   */
  SlotSet(int capacity) {
    words = new long[wordsFor(capacity)];
    filledWords = new long[wordsFor(words.length)];
  }

  private static int wordsFor(int bits) {
    return (bits + Long.SIZE - 1) >>> WORD_BITS;
  }

  void clear() {
    Arrays.fill(words, 0);
    Arrays.fill(filledWords, 0);
  }

  boolean get(int slot) {
    return (words[slot >>> WORD_BITS] & (1L << slot)) != 0;
  }

  void set(int slot) {
    int word = slot >>> WORD_BITS;
    words[word] |= 1L << slot;
    filledWords[word >>> WORD_BITS] |= 1L << word;
  }

  void clear(int slot) {
    int word = slot >>> WORD_BITS;
    words[word] &= ~(1L << slot);
    if (words[word] == 0) {
      filledWords[word >>> WORD_BITS] &= ~(1L << word);
    }
  }

  void set(int slot, boolean isIn) {
    if (isIn) {
      set(slot);
    } else {
      clear(slot);
    }
  }

  /** The lowest slot of the set at or above this one, or -1. */
  int next(int from) {
    int word = from >>> WORD_BITS;
    long rest = words[word] & (-1L << from);
    if (rest == 0) {
      word = nextFilledWord(word + 1);
      if (word < 0) {
        return -1;
      }
      rest = words[word];
    }
    return (word << WORD_BITS) + Long.numberOfTrailingZeros(rest);
  }

  private int nextFilledWord(int from) {
    int index = from >>> WORD_BITS;
    long mask = -1L << from;
    while (index < filledWords.length) {
      long rest = filledWords[index] & mask;
      if (rest != 0) {
        return (index << WORD_BITS) + Long.numberOfTrailingZeros(rest);
      }
      index++;
      mask = -1L;
    }
    return -1;
  }
}
