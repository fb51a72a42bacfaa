package dev.windlass.peerset;

import dev.windlass.chain.exchange.PeerId;

/**
 * One question to one peer that has not been answered yet.
 *
 * @param ticket never used again
 * @param items how many hashes, headers or blocks were asked for
 * @param bytes expected size of the answer; 0 if it is not known
 * @param isBlocks whether the answer is a sample of the peer's capacity for blocks
 * @param deadlineNanos when the request is overdue
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
