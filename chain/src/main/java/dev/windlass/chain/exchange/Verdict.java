package dev.windlass.chain.exchange;

/** The result of judging a reply's bytes. */
public enum Verdict {
  /** Every item that was asked for. */
  COMPLETE,
  /** The first of the items asked for. The rest is left off, which is no fault. */
  PREFIX,
  /** The items asked for, with holes for those that the peer does not have. */
  COMPACTED,
  /** No item that was asked for. The peer does not have the first item. It may have the others. */
  EMPTY,
  /**
   * Headers from the peer's head downwards, as geth sends them if it is asked for headers from a
   * higher number. The peer's chain ends below what was asked for.
   */
  OUT_OF_RANGE,
  /** Items that are not linked as they must be, or that answer another question. */
  UNLINKED,
  /** Items that cannot be decoded, or that contradict their own hash or roots. */
  FABRICATED,
  /** Headers of a chain that a checkpoint rules out. */
  WRONG_CHAIN;

  /** Whether an honest peer can never send this. */
  public boolean isFault() {
    return this == UNLINKED || this == FABRICATED || this == WRONG_CHAIN;
  }
}
