package dev.windlass.downloader;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import java.math.BigInteger;
import java.util.Objects;
import java.util.Optional;

/**
 * Somebody says that this block is the newest.
 *
 * @param source the peer that says so; empty where an operator names an anchor
 * @param number -1 where it was not said
 * @param totalDifficulty where it was said
 * @param replaces whether the peer's chain has left the head that the peer named before, or our
 *     chain has another block at the number of this head. Such a head may be lower than the one
 *     before, or than our tip
 */
public record Announcement(
    Optional<PeerId> source,
    Hash head,
    long number,
    Optional<BigInteger> totalDifficulty,
    boolean replaces) {
  public static final long UNNUMBERED = -1;

  public Announcement {
    Objects.requireNonNull(source);
    Objects.requireNonNull(head);
    Objects.requireNonNull(totalDifficulty);
    if (number < UNNUMBERED) {
      throw new IllegalArgumentException("number " + number);
    }
  }

  /** One that only adds to what was said before. */
  public Announcement(
      Optional<PeerId> source, Hash head, long number, Optional<BigInteger> totalDifficulty) {
    this(source, head, number, totalDifficulty, false);
  }

  public static Announcement ofPeer(PeerId peer, Hash head, long number) {
    return new Announcement(Optional.of(peer), head, number, Optional.empty());
  }

  /** The same, of a peer that has left the branch that it was on, or that we are on. */
  public Announcement replacing() {
    return new Announcement(source, head, number, totalDifficulty, true);
  }

  /** An anchor that the operator trusts. */
  public static Announcement ofOperator(Hash anchor) {
    return new Announcement(Optional.empty(), anchor, UNNUMBERED, Optional.empty());
  }
}
