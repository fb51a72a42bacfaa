package dev.windlass.queue;

import dev.windlass.chain.Hash;
import java.util.List;
import java.util.Optional;

/**
 * The effect of a delivery on the queue.
 *
 * @param wasReserved whether the reservation was still open
 * @param accepted blocks (or headers) that filled a slot
 * @param acceptedBytes their size
 * @param refetched blocks that were there already, and were not asked for twice on purpose
 * @param hedged blocks that were there already because they were asked for twice on purpose
 * @param misplaced blocks that another reservation had asked for, accepted or not
 * @param unrequested blocks that no reservation asked for
 * @param lacking hashes of this reservation that the delivery shows the peer to lack
 * @param emptyFrom number of the lowest block of a request for bodies whose answer was empty, else
 *     -1
 * @param invalidChain how a delivered block contradicts the hash chain, if one does
 * @param suspectLowest if a block does, one of the links from this number...
 * @param suspectHighest ...to this one has a false parent; else -1
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

  /** How many of the blocks or headers are wanted now, or were before. */
  public int found() {
    return accepted + refetched + hedged;
  }

  /** Whether this peer was asked for none of the delivery: 2015's stale delivery. */
  public boolean isStale() {
    return accepted == 0 && refetched == 0 && hedged == 0 && misplaced + unrequested > 0;
  }
}
