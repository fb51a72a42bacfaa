package dev.windlass.peerset;

/**
 * The blocks of which a peer serves one kind of item: what it announced, and what its answers have
 * shown.
 *
 * <p>Owned by {@link Peer}. An announcement does not bound what is served. geth announces 0 to 0
 * after it imported history, and serves what it imported. So a peer may be tried out once beyond
 * each end of its announcement, and only its answer counts from then on.
 */
public final class ServedRange {
  private static final int GUESS_DOUBLINGS_MAX = 30;

  /** As many bodies as one question has. */
  private static final int NEAR_HEAD = 1_024;

  /** The lowest number that it announced. */
  private long announcedFirst;

  /** The highest number that it announced, or the largest one if it did not. */
  private long announcedLast = Long.MAX_VALUE;

  /** The lowest and the highest number that it has shown to have. */
  private long lowestShown = Long.MAX_VALUE;

  private long highestShown = -1;

  /** The highest number below the announced ones that it may have. */
  private long belowUpTo = -1;

  /** The highest number above the announced ones that it may have. */
  private long aboveUpTo = -1;

  private boolean wasTriedBelow;
  private boolean wasTriedAbove;

  private long absentFrom = Long.MAX_VALUE;
  private long absentUpTo = -1;

  /** Where a pruned peer that announced no cut may begin to serve. */
  private long guess;

  private int emptyInARow;

  /** Prepares for a new sync. Its announcement stays, and so does what it showed to have. */
  void reset() {
    absentFrom = Long.MAX_VALUE;
    absentUpTo = -1;
    forgetGuess();
  }

  void forgetGuess() {
    guess = 0;
    emptyInARow = 0;
  }

  /**
   * Notes the lowest number that it announced.
   *
   * @return whether it is lower than before, so that it may have what it lacked
   */
  boolean announceFirst(long newFirst) {
    boolean isLower = newFirst < announcedFirst;
    if (newFirst != announcedFirst) {
      belowUpTo = -1;
      wasTriedBelow = false;
    }
    if (isLower) {
      absentUpTo = Math.min(absentUpTo, newFirst - 1);
      forgetGuess();
    }
    announcedFirst = newFirst;
    return isLower;
  }

  /** Notes the highest number that it announced. */
  void announceLast(long newLast) {
    wasTriedAbove = wasTriedAbove && newLast == announcedLast;
    announcedLast = newLast;
  }

  /** Its newest block has this number now, so it may have what was above its head. */
  void claims(long number) {
    absentFrom = number >= absentFrom ? Long.MAX_VALUE : absentFrom;
  }

  /** Notes that its chain reaches this number, so that it may have items up to there. */
  void reaches(long number) {
    highestShown = Math.max(highestShown, number);
  }

  /** Notes that it has an item that it was asked for. */
  void showed(long number) {
    // If it has one below its announcement, it may have all of them.
    lowestShown = Math.min(lowestShown, number < announcedFirst ? 0 : number);
    reaches(number);
    absentFrom = number >= absentFrom ? Long.MAX_VALUE : absentFrom;
    absentUpTo = Math.min(absentUpTo, number - 1);
  }

  /** Notes that it has no item at a number. Its chain ends below, or begins above. */
  void absent(long number) {
    if (number > highestShown) {
      absentFrom = Math.min(absentFrom, number);
    } else {
      absentUpTo = Math.max(absentUpTo, number);
    }
  }

  /**
   * Notes that the answer to a question from this number on was empty. Within its announcement the
   * peer may be pruned. Then, each time in a row, the next question starts twice as far above, but
   * not beyond half of the rest of its chain. Questions that were sent before do not count again.
   */
  void lacksFrom(long number) {
    if (number > knownEnd() || number < announcedFirst) {
      absentBeyond(number);
    } else if (number >= guess) {
      long step = 1L << Math.min(emptyInARow, GUESS_DOUBLINGS_MAX);
      long half = (knownEnd() - number) / 2;
      // Who has no bodies at all would be asked for that of its head, and blamed.
      guess = number + (half < NEAR_HEAD ? step : Math.min(half, step));
      emptyInARow++;
    }
  }

  /** Notes that it does not have a number, if that is beyond its announcement. */
  void absentBeyond(long number) {
    if (number > knownEnd()) {
      aboveUpTo = Math.min(aboveUpTo, number - 1);
    } else if (number < announcedFirst) {
      belowUpTo = Math.min(belowUpTo, number - 1);
    }
  }

  void answered(int items) {
    emptyInARow = items > 0 ? 0 : emptyInARow;
  }

  /** Whether it may have this number, by its announcement and its answers. */
  public boolean holds(long number) {
    return isWithin(number) && number < absentFrom && number > absentUpTo;
  }

  private boolean isWithin(long number) {
    return number <= belowUpTo || (number >= begin() && number <= end());
  }

  private long begin() {
    return Math.min(announcedFirst, lowestShown);
  }

  private long end() {
    return Math.max(knownEnd(), aboveUpTo);
  }

  /** The end of its chain, by its announcement and the headers that it served. */
  private long knownEnd() {
    return Math.max(announcedLast, highestShown);
  }

  /**
   * Whether only its announcement excludes this number, and it was not tried out there yet. It may
   * be once, until it announces another range.
   */
  public boolean isUntried(long number) {
    return !isWithin(number) && !(number > announcedLast ? wasTriedAbove : wasTriedBelow);
  }

  /** Notes that it is asked for a number, which may be beyond its announcement. */
  void tryOut(long number) {
    wasTriedBelow |= number < begin();
    wasTriedAbove |= number > end();
  }

  /** Notes that it has served a number for which it was tried out. It may have all on that side. */
  void provesMore(long number) {
    belowUpTo = number < announcedFirst ? announcedFirst - 1 : belowUpTo;
    aboveUpTo = number > announcedLast ? Long.MAX_VALUE : aboveUpTo;
  }

  /** The lowest number that it may have. */
  public long first() {
    long begin = belowUpTo >= announcedFirst - 1 && announcedFirst > 0 ? 0 : begin();
    return Math.max(begin, absentUpTo + 1);
  }

  /** The highest number that it may have, or the largest one if that is not known. */
  public long last() {
    return Math.min(end(), absentFrom - 1);
  }

  /** The lowest number to ask it for, if all below {@code from} are there. It may be a guess. */
  public long lowest(long from) {
    return from <= belowUpTo ? guess : Math.max(begin(), guess);
  }

  /** The highest number to ask it for, if all below {@code from} are there. */
  public long highest(long from) {
    long end = from <= belowUpTo && belowUpTo < announcedFirst - 1 ? belowUpTo : end();
    return Math.min(end, absentFrom - 1);
  }
}
