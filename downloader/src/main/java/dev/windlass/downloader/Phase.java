package dev.windlass.downloader;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.store.Link;
import dev.windlass.downloader.links.HashChain;
import dev.windlass.peerset.Request;
import java.util.List;
import java.util.Optional;

/**
 * Where a sync stands; what belongs to a phase lives in its object.
 *
 * <p>Events only note what came; {@link #progress} then moves as far as it can, and ends the sync
 * by its failure or by the phase that follows.
 */
interface Phase extends Question.Receiver {
  Progress.Phase name();

  /** A request is not waited for any more; its peer is free again. */
  default void onOverdue(Request request) {}

  default void onPeerGone(PeerId peer) {}

  /** Whether it takes answers; else they only close their requests. */
  default boolean takesAnswers() {
    return false;
  }

  /**
   * The store has looked up what it holds of the chain.
   *
   * @param joinHeights numbers at which the chain may meet what is stored, highest first
   * @return the phase that follows, or itself
   */
  default Phase onPrepared(HashChain chain, List<Long> joinHeights) {
    return this;
  }

  /** The store has appended links, this many of those that it was given. */
  default void onAppended(HashChain chain, int stored) {}

  default void onLinksLoaded(List<Link> oldestFirst) {}

  default void onInserted(BlockId tip, int blocks, long bytes) {}

  /**
   * The store has passed over blocks that no peer serves.
   *
   * @param last the highest of them
   */
  default void onSkipped(BlockId last) {}

  /** The store has removed the links of the sync, and written all to the disk. */
  default void onFinished() {}

  /** Whether the sync has reached its end. */
  default boolean isDone() {
    return false;
  }

  /** Whether nothing is left to ask. */
  default boolean isClosing() {
    return false;
  }

  /** What a sync that is cancelled now ends with. */
  default SyncError cancelled() {
    return SyncError.CANCEL_HASH_FETCH;
  }

  /** Requests in flight by which it learns what peers serve, outside the queue. */
  default int openQuestions() {
    return 0;
  }

  /** Moves as far as it can; the phase that follows, or itself. */
  Phase progress();

  /** What it waits for; a sync always says so. */
  Optional<Progress.WaitingReason> waiting();

  /** Bytes of headers that have come and are not stored yet. */
  default long headerBytes() {
    return 0;
  }

  /**
   * Whether an answer may be larger than was guessed, so that it is waited for while it comes in.
   */
  default boolean mayAskForLarge() {
    return false;
  }

  /**
   * Whether bytes of answers that are not whole yet count for the pace. They do not while a single
   * item is asked for: a peer can drip that for as long as it likes.
   */
  default boolean isMovedByBytes() {
    return true;
  }

  /** Whether nothing is under way that would have to come again if the sync ended now. */
  default boolean isDrained() {
    return true;
  }

  /** When {@link #progress} has something to do though nothing came. */
  default long nextDeadlineNanos() {
    return Long.MAX_VALUE;
  }
}
