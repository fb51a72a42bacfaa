package dev.windlass.downloader;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.peerset.Request;
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
