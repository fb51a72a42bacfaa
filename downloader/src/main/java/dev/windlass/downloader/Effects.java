package dev.windlass.downloader;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.downloader.links.StoreJob;
import java.util.Optional;

/**
 * What the shell can do for the core: each method performs one {@link Action}.
 *
 * <p>Called on the core's own thread, in the order of the actions. Work on the store is done in the
 * order in which it was asked for.
 */
public interface Effects {
  void ask(PeerId peer, long ticket, Question<?> question);

  /** Parts from a peer that is of no use, without holding it against it for ever. */
  void dropPeer(PeerId peer, SyncError error);

  /**
   * Parts from a peer that lied, and refuses it for a time.
   *
   * @param nanos how long from now
   */
  void banPeer(PeerId peer, Verdict verdict, String evidence, long nanos);

  void refuseDelivery(PeerId peer, long ticket, SyncError error);

  void refuseHead(Hash head, SyncError error);

  /** Has the store's thread do this, after all that it was given before. */
  void store(StoreJob job);

  /** No peer serves the bodies of these blocks; what is above them is fetched. */
  void blocksUnserved(long first, long last);

  void syncStarted(long sync, Hash anchor, Optional<PeerId> origin);

  void syncDone(SyncSummary summary);

  void syncFailed(SyncSummary summary, SyncError error, String explanation);
}
