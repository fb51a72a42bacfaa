package dev.windlass.downloader.verticle;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.peerset.PeerKind;
import dev.windlass.peerset.Preference;

/**
 * A connection to one peer, as the downloader uses it.
 *
 * <p>Its methods are called on the verticle's context and must not block. It delivers judged
 * answers on any thread through {@link DownloaderVerticle}. A question may stay unanswered.
 */
public interface PeerLink {
  PeerId id();

  PeerKind kind();

  /** Whether it is asked before others. A followed peer counts as named in any case. */
  default Preference preference() {
    return address().isEmpty() ? Preference.NEAR : Preference.NAMED;
  }

  /** The address at the other end. Empty if there is none. */
  default String address() {
    return "";
  }

  /**
   * Asks the peer.
   *
   * @param question one that peers of this kind can answer
   */
  void ask(long ticket, Question<?> question);

  /**
   * Closes the connection, because the downloader has dropped the peer. The link need not report
   * the disconnect.
   */
  void close(String reason);
}
