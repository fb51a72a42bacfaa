package dev.windlass.downloader;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import java.util.Objects;
import java.util.Optional;

/**
 * Somebody says that this block is the newest.
 *
 * @param source the peer that says so; empty where an operator names an anchor
 * @param replaces whether the peer's chain has left the head that the peer named before, or our
 *     chain has another block at the number of this head. Such a head may be lower than the one
 *     before, or than our tip
 */
public record Announcement(Optional<PeerId> source, Head head, boolean replaces) {
  public Announcement {
    Objects.requireNonNull(source);
    Objects.requireNonNull(head);
  }

  public static Announcement ofPeer(PeerId peer, Head head) {
    return new Announcement(Optional.of(peer), head, false);
  }

  public static Announcement ofPeer(PeerId peer, Hash head, long number) {
    return ofPeer(peer, Head.of(head, number));
  }

  /** The same, of a peer that has left the branch that it was on, or that we are on. */
  public Announcement replacing() {
    return new Announcement(source, head, true);
  }

  /** An anchor that the operator trusts. */
  public static Announcement ofOperator(Head anchor) {
    return new Announcement(Optional.empty(), anchor, false);
  }

  public static Announcement ofOperator(Hash anchor) {
    return ofOperator(Head.of(anchor));
  }
}
