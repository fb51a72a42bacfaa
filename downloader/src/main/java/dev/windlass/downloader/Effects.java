package dev.windlass.downloader;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.downloader.links.StoreJob;
import java.util.Optional;

/**
 * What the shell does for the core. Each method performs one {@link Action}.
 *
 * <p>Called on the core's own thread, in the order of the actions.
 */
public interface Effects {
  void ask(PeerId peer, long ticket, Question<?> question);

  /** Disconnects a peer without a ban. */
  void dropPeer(PeerId peer, SyncError error);

  /** Disconnects a peer, if it is connected, and keeps its ban. */
  void banPeer(Action.BanPeer ban);

  /** Forgets the ban and the points of a peer. */
  void pardonPeer(PeerId peer);

  /** Keeps the points of a peer. */
  void scorePeer(Action.ScorePeer score);

  void refuseDelivery(PeerId peer, long ticket, SyncError error);

  void refuseHead(Hash head, SyncError error);

  /** Reports a block that breaks a rule. */
  void rejectBlock(ChainEvent.Rejected rejected);

  /** Queues a job for the store, behind all earlier ones. */
  void store(StoreJob job);

  /** No peer serves the bodies of these blocks. The blocks above them are fetched. */
  void blocksUnserved(long first, long last);

  /** The stored chain has reached a checkpoint. */
  void checkpointPassed(BlockId checkpoint);

  /** The stored history begins with this block from now on. */
  void historyBegins(BlockId lowest);

  /**
   * A pause has begun or ended.
   *
   * @param nanos how long it lasts from now on. 0 if it has ended
   */
  void pauseChanged(long nanos);

  void syncStarted(long sync, Hash anchor, Optional<PeerId> origin);

  void syncDone(SyncSummary summary);

  void syncFailed(SyncSummary summary, SyncError error, String explanation);
}
