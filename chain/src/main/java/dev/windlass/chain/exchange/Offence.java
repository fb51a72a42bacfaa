package dev.windlass.chain.exchange;

import java.util.Locale;
import java.util.Optional;

/**
 * Why a peer gets points or a ban. The figures are those of btcd's ban score, which bans above 100.
 * Lasting points stay for a day. Of fading points, half are left after a minute.
 */
public enum Offence {
  /** An answer that cannot be decoded, or that contradicts its own hash or roots. */
  FABRICATED(true, 0, 0, "it sent what no honest node can send"),
  /** Its chain has another block than a checkpoint. */
  WRONG_CHAIN(true, 0, 0, "its chain contradicts a checkpoint"),
  /** An answer that is not linked as it must be. The third one within a minute bans. */
  UNLINKED(false, 0, 40, "its answers broke the chain, or answered nothing, again and again"),
  /** An answer to no question. It may be a late one, so one alone does not ban. */
  UNREQUESTED(false, 0, 40, "it sent answers that no question asked for"),
  /** A block that it claims as its head, and whose header or parents it has served. */
  NOT_FOUND(false, 20, 0, "it did not deliver blocks that it had shown to have"),
  /** What it asks for, in points of {@code n * 99 / limit}. */
  HEAVY_ASKING(false, 0, 1, "it asked for too much"),
  /** An operator has banned it. */
  OPERATOR(true, 0, 0, "an operator banned it");

  private final boolean bansAtOnce;
  private final int lasting;
  private final int fading;
  private final String reason;

  Offence(boolean bansAtOnce, int lasting, int fading, String reason) {
    this.bansAtOnce = bansAtOnce;
    this.lasting = lasting;
    this.fading = fading;
    this.reason = reason;
  }

  /** The offence of an answer with this verdict. Empty if the verdict is no fault. */
  public static Optional<Offence> of(Verdict verdict) {
    return switch (verdict) {
      case FABRICATED -> Optional.of(FABRICATED);
      case WRONG_CHAIN -> Optional.of(WRONG_CHAIN);
      case UNLINKED -> Optional.of(UNLINKED);
      case COMPLETE, PREFIX, COMPACTED, EMPTY, OUT_OF_RANGE -> Optional.empty();
    };
  }

  public boolean bansAtOnce() {
    return bansAtOnce;
  }

  /** Points that stay for a day. */
  public int lasting() {
    return lasting;
  }

  /** Points of which half are left after a minute. */
  public int fading() {
    return fading;
  }

  /** The offence as a word for programs. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The offence in words for people. */
  public String reason() {
    return reason;
  }
}
