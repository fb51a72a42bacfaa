package dev.windlass.chain.exchange;

/** What a reply turned out to be, once its bytes were judged. */
public enum Verdict {
  /** All that was asked for. */
  COMPLETE,
  /** An honest beginning of what was asked for; the rest was left off. */
  PREFIX,
  /** What was asked for, with holes where the peer has nothing. */
  COMPACTED,
  /**
   * Nothing of use: the peer does not have the first item that was asked for. It may have the
   * others.
   */
  EMPTY,
  /**
   * Headers from the peer's head downwards, as geth sends them if it is asked for headers from a
   * higher number. The peer's chain ends below what was asked for.
   */
  OUT_OF_RANGE,
  /** Breaks a link that should hold, or answers what was not asked. */
  UNLINKED,
  /** Made up: undecodable, or contradicts its own hash or roots. */
  FABRICATED;

  /** Whether an honest peer can never send this. */
  public boolean isFault() {
    return this == UNLINKED || this == FABRICATED;
  }
}
