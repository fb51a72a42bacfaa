package dev.windlass.peerset;

import dev.windlass.chain.exchange.PeerId;

/**
 * One question to one peer that has not been answered yet.
 *
 * @param ticket never used again
 * @param items how many hashes, headers or blocks were asked for
 * @param bytes what the answer is expected to weigh; 0 if nothing is known
 * @param isBlocks whether the answer says something about the peer's capacity for blocks
 * @param deadlineNanos when the peer is not waited for any more
 */
public record Request(
    long ticket,
    PeerId peer,
    int items,
    long bytes,
    boolean isBlocks,
    long sentNanos,
    long deadlineNanos) {
  Request until(long newDeadlineNanos) {
    return new Request(ticket, peer, items, bytes, isBlocks, sentNanos, newDeadlineNanos);
  }
}
