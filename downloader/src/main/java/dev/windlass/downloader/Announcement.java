package dev.windlass.downloader;

import dev.windlass.chain.Hash;
import dev.windlass.chain.PeerId;
import java.math.BigInteger;
import java.util.Objects;
import java.util.Optional;

/**
 * Somebody says that this block is the newest.
 *
 * @param source the peer that says so; empty where an operator names an anchor
 * @param number -1 where it was not said
 * @param totalDifficulty where it was said
 * @param isReplacing whether the source has shown that its own chain changed at or below the number
 *     that it named before
 */
public record Announcement(
    Optional<PeerId> source,
    Hash head,
    long number,
    Optional<BigInteger> totalDifficulty,
    boolean isReplacing) {
  public static final long UNNUMBERED = -1;

  /** Of a head that goes on from what was announced before, as far as is known. */
  public Announcement(
      Optional<PeerId> source, Hash head, long number, Optional<BigInteger> totalDifficulty) {
    this(source, head, number, totalDifficulty, false);
  }

  public Announcement {
    Objects.requireNonNull(source);
    Objects.requireNonNull(head);
    Objects.requireNonNull(totalDifficulty);
    if (number < UNNUMBERED) {
      throw new IllegalArgumentException("number " + number);
    }
  }

  public static Announcement ofPeer(PeerId peer, Hash head, long number) {
    return new Announcement(Optional.of(peer), head, number, Optional.empty());
  }

  /** An anchor that the operator trusts. */
  public static Announcement ofOperator(Hash anchor) {
    return new Announcement(Optional.empty(), anchor, UNNUMBERED, Optional.empty());
  }
}
