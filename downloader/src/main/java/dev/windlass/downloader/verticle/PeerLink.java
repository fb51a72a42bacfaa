package dev.windlass.downloader.verticle;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.peerset.PeerKind;

/**
 * A connection to one peer, as the downloader uses it.
 *
 * <p>Its methods are called on the verticle's context and must not block. Answers come back judged,
 * on any thread, through {@link DownloaderVerticle}; a question may stay unanswered.
 */
public interface PeerLink {
  PeerId id();

  PeerKind kind();

  /**
   * Asks the peer.
   *
   * @param question one that peers of this kind answer
   */
  void ask(long ticket, Question<?> question);

  /** The downloader has no more use for it; it is not told that the peer is gone. */
  void close(String reason);
}
