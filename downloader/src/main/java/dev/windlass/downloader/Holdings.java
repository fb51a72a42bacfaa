package dev.windlass.downloader;

import dev.windlass.chain.Hash;

/**
 * What a core holds and has asked for. All of it is bounded.
 *
 * <p>Used before the next event, on the thread of the core.
 */
public final class Holdings {
  private final CoreState context;
  private final Phase phase;
  private final Turn turn;

  Holdings(CoreState context, Phase phase, Turn turn) {
    this.context = context;
    this.phase = phase;
    this.turn = turn;
  }

  /** The number of links without a block, and of buffered blocks (Size in 2015). */
  public int missingBlocks() {
    return context.queue.missing();
  }

  public int bufferedBlocks() {
    return context.queue.buffered();
  }

  /** Bytes of blocks that are buffered or being inserted. */
  public long bufferedBytes() {
    return context.queue.bufferedBytes();
  }

  /** Bytes of blocks and headers that have arrived and are not stored yet. */
  public long heldBytes() {
    return context.queue.bufferedBytes()
        + context.queue.headerBytes()
        + context.announced.bytes()
        + phase.headerBytes();
  }

  public int inFlightRequests() {
    return context.peers.inFlight();
  }

  /** Requests in flight that have blocks, bodies or headers of the queue reserved. */
  public int openReservations() {
    return context.queue.inFlight();
  }

  /** Whether an announced block waits for its parent. */
  public boolean holdsAnnounced(Hash block) {
    return context.announced.has(block);
  }

  /** Requests in flight that probe what peers serve, outside the queue. */
  public int openSearchQuestions() {
    return phase.openQuestions() + turn.openQuestions();
  }
}
