package dev.windlass.downloader.walk;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.links.HashChain;
import dev.windlass.peerset.Request;

/** A way to follow the chain backwards from the anchor: by headers, or by bare hashes. */
public interface Walk extends Question.Receiver {
  default void onOverdue(Request request) {}

  default void onPeerGone(PeerId peer) {}

  /**
   * The store has appended the links, up to where they met stored ones.
   *
   * @param stored how many of them were new
   */
  void onAppended(HashChain chain, int stored);

  void progress();

  /** Whether no peer is left to ask, and it waits for no answer or write. */
  boolean isExhausted();

  /** Why it is exhausted. */
  SyncError exhaustion();

  Progress.WaitingReason waiting();

  /** Whether no work in progress would be lost if the sync ended now. */
  default boolean isDrained() {
    return true;
  }

  long nextDeadlineNanos();
}
