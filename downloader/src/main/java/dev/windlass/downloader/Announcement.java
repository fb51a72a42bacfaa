package dev.windlass.downloader;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.peerset.Wanted.Item;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The claim of a peer or of an operator that this block is the newest.
 *
 * @param source the peer that claims it. Empty if an operator names an anchor
 * @param replaces whether the peer's chain has left the head that the peer claimed before, or our
 *     chain has another block at the number of this head. Such a head may be lower than the one
 *     before, or than our tip
 * @param lowest the lowest block of which the peer serves each kind of item now. Empty if it does
 *     not say
 */
public record Announcement(
    Optional<PeerId> source, Head head, boolean replaces, Map<Item, Long> lowest) {
  public Announcement {
    Objects.requireNonNull(source);
    Objects.requireNonNull(head);
    lowest = Map.copyOf(lowest);
  }

  public static Announcement ofPeer(PeerId peer, Head head) {
    return new Announcement(Optional.of(peer), head, false, Map.of());
  }

  public static Announcement ofPeer(PeerId peer, Hash head, long number) {
    return ofPeer(peer, Head.of(head, number));
  }

  /** The same, from a peer that has left its former branch, or that is not on ours. */
  public Announcement replacing() {
    return new Announcement(source, head, true, lowest);
  }

  /** The same, from a peer that serves no bodies below this number. */
  public Announcement servingFrom(long newLowest) {
    return servingFrom(Item.BLOCK, newLowest);
  }

  /** The same, from a peer that serves no such items below this number. */
  public Announcement servingFrom(Item item, long newLowest) {
    Map<Item, Long> all = new EnumMap<>(Item.class);
    all.putAll(lowest);
    all.put(item, newLowest);
    return new Announcement(source, head, replaces, all);
  }

  /** The lowest block whose body the peer serves. Empty if it does not say. */
  public OptionalLong lowestBody() {
    Long number = lowest.get(Item.BLOCK);
    return number == null ? OptionalLong.empty() : OptionalLong.of(number);
  }

  /** An anchor that the operator trusts. */
  public static Announcement ofOperator(Head anchor) {
    return new Announcement(Optional.empty(), anchor, false, Map.of());
  }

  public static Announcement ofOperator(Hash anchor) {
    return ofOperator(Head.of(anchor));
  }
}
