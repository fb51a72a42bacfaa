package dev.windlass.queue;

import dev.windlass.chain.Hash;
import java.util.List;
import java.util.Optional;

/**
 * What a delivery did to the queue.
 *
 * @param wasReserved whether the reservation was still open
 * @param accepted blocks (or headers) that filled a slot
 * @param acceptedBytes their size
 * @param refetched blocks that were there already, though nobody asked twice on purpose
 * @param hedged blocks that were there already because they were asked for twice on purpose
 * @param misplaced blocks that another reservation had asked for, whether they were of use or not
 * @param unrequested blocks that nobody asked for
 * @param lacking hashes of this reservation that the peer showed it does not have
 * @param emptyFrom number of the lowest block of a request for bodies that brought nothing, else -1
 * @param invalidChain how a delivered block contradicts the hash chain, where one does
 * @param suspectLowest then one of the links from this number...
 * @param suspectHighest ...to this one names a false parent
 */
public record DeliveryResult(
    boolean wasReserved,
    int accepted,
    long acceptedBytes,
    int refetched,
    int hedged,
    int misplaced,
    int unrequested,
    List<Hash> lacking,
    long emptyFrom,
    Optional<String> invalidChain,
    long suspectLowest,
    long suspectHighest) {

  /** How many of the blocks or headers were wanted, now or before. */
  public int found() {
    return accepted + refetched + hedged;
  }

  /** Whether nothing in the delivery had been asked of this peer: 2015's stale delivery. */
  public boolean isStale() {
    return accepted == 0 && refetched == 0 && hedged == 0 && misplaced + unrequested > 0;
  }
}
