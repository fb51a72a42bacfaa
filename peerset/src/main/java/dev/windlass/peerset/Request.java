package dev.windlass.peerset;

import dev.windlass.chain.exchange.PeerId;

/**
 * One question to one peer that has not been answered yet.
 *
 * @param ticket never used again
 * @param isCopy whether it was sent although other peers are asked for the same
 * @param deadlineNanos when the request is overdue
 */
public record Request(
    long ticket, PeerId peer, Wanted wanted, boolean isCopy, long sentNanos, long deadlineNanos) {
  Request until(long newDeadlineNanos) {
    return new Request(ticket, peer, wanted, isCopy, sentNanos, newDeadlineNanos);
  }

  Request withoutHashes() {
    return new Request(ticket, peer, wanted.withoutHashes(), isCopy, sentNanos, deadlineNanos);
  }

  /** How many hashes, headers or blocks were asked for. */
  public int items() {
    return wanted.items();
  }

  /** Expected size of the answer; 0 if it is not known. */
  public long bytes() {
    return wanted.bytes();
  }

  /** Whether the answer is a sample of the peer's capacity for blocks. */
  public boolean isBlocks() {
    return wanted.isSample();
  }
}
