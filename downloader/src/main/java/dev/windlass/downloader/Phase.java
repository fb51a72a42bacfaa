package dev.windlass.downloader;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.store.Link;
import dev.windlass.downloader.links.HashChain;
import dev.windlass.peerset.Request;
import java.util.List;
import java.util.Optional;

/**
 * The stage of a sync. State that belongs to a phase lives in its object.
 *
 * <p>An event only notes what arrived. {@link #progress} then moves as far as possible, and ends in
 * a failure of the sync or in the next phase.
 */
interface Phase extends Question.Receiver {
  Progress.Phase name();

  /** A request has missed its deadline. Its peer is free again. */
  default void onOverdue(Request request) {}

  default void onPeerGone(PeerId peer) {}

  /** The peer that sent a block that this phase has handed to the store, if it knows. */
  default Optional<PeerId> senderOf(Hash block) {
    return Optional.empty();
  }

  /** Whether it uses answers. If not, an answer only closes its request. */
  default boolean takesAnswers() {
    return false;
  }

  /**
   * The store has looked up which part of the chain it holds.
   *
   * @param joinHeights numbers at which the chain may meet what is stored, highest first
   * @return the next phase, or this one
   */
  default Phase onPrepared(HashChain chain, List<Long> joinHeights) {
    return this;
  }

  /** The store has appended the first {@code stored} of the links that it was given. */
  default void onAppended(HashChain chain, int stored) {}

  default void onLinksLoaded(List<Link> oldestFirst) {}

  default void onInserted(BlockId tip, int blocks, long bytes) {}

  /**
   * The store has passed over blocks that no peer serves.
   *
   * @param last the highest of them
   */
  default void onSkipped(BlockId last) {}

  /** The store has removed the links of the sync, and has written everything to disk. */
  default void onFinished() {}

  default boolean isDone() {
    return false;
  }

  /** Whether no request is left to send. */
  default boolean isClosing() {
    return false;
  }

  /** The error of a sync that is cancelled in this phase. */
  default SyncError cancelled() {
    return SyncError.CANCEL_HASH_FETCH;
  }

  /** Requests in flight that probe what peers serve, outside the queue. */
  default int openQuestions() {
    return 0;
  }

  /** Moves as far as possible. Returns the next phase, or this one. */
  Phase progress();

  /** What it waits for. Present in every phase of a sync. */
  Optional<Progress.WaitingReason> waiting();

  /** Bytes of headers that have arrived and are not stored yet. */
  default long headerBytes() {
    return 0;
  }

  /** Whether answers may be large, so that a deadline moves on while bytes of the answer arrive. */
  default boolean mayAskForLarge() {
    return false;
  }

  /**
   * Whether bytes of incomplete answers count for the pace. They do not while a single item is
   * asked for, since a peer could drip it without end.
   */
  default boolean isMovedByBytes() {
    return true;
  }

  /** Whether the sync could end now without fetching anything twice. */
  default boolean isDrained() {
    return true;
  }

  /** When {@link #progress} is due even if no event comes. */
  default long nextDeadlineNanos() {
    return Long.MAX_VALUE;
  }
}
