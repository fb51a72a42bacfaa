package dev.windlass.downloader.walk;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.links.HashChain;
import dev.windlass.peerset.Request;

/** One way to follow the chain from the anchor backwards: by headers, or by bare hashes. */
public interface Walk extends Question.Receiver {
  default void onOverdue(Request request) {}

  default void onPeerGone(PeerId peer) {}

  /**
   * The links that were handed to the store are there, up to where they met what was stored.
   *
   * @param stored how many of them
   */
  void onAppended(HashChain chain, int stored);

  void progress();

  /** Whether it has nobody left to ask and nothing that it waits for. */
  boolean isExhausted();

  /** Why it is exhausted. */
  SyncError exhaustion();

  Progress.WaitingReason waiting();

  /** Whether nothing is under way that would have to come again if the sync ended now. */
  default boolean isDrained() {
    return true;
  }

  long nextDeadlineNanos();
}
