package dev.windlass.downloader;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Evidence;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.chain.store.PeerScore;
import dev.windlass.downloader.links.StoreJob;
import java.time.Instant;
import java.util.Optional;

/** A decision of the core that the shell performs. Its lists do not change afterwards. */
public sealed interface Action {
  void perform(Effects effects);

  record Ask(PeerId peer, long ticket, Question<?> question) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.ask(peer, ticket, question);
    }
  }

  record DropPeer(PeerId peer, SyncError error) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.dropPeer(peer, error);
    }
  }

  /**
   * Disconnects a peer, if it is connected, and bans it.
   *
   * @param proof the bytes that prove the fault, if any do
   * @param nanos the length of the ban
   * @param times how often it was banned, this time included
   */
  record BanPeer(
      PeerId peer,
      Offence offence,
      String evidence,
      Optional<Evidence> proof,
      long nanos,
      int times)
      implements Action {
    @Override
    public void perform(Effects effects) {
      effects.banPeer(this);
    }

    /** The ban as it is stored. */
    public PeerBan from(String address, Instant now) {
      return new PeerBan(peer, address, now, now.plusNanos(nanos), times, offence, evidence);
    }
  }

  /** An operator ends the ban of a peer, and forgets its points. */
  record PardonPeer(PeerId peer) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.pardonPeer(peer);
    }
  }

  /**
   * The points of a peer have changed, and must be kept.
   *
   * @param lastingAgeNanos since the last of the lasting points
   * @param warned the offence that raised the score above the warning, if one did just now
   */
  record ScorePeer(
      PeerId peer, int lasting, long lastingAgeNanos, int fading, Optional<Offence> warned)
      implements Action {
    @Override
    public void perform(Effects effects) {
      effects.scorePeer(this);
    }

    /** The score as it is stored. */
    public PeerScore at(Instant now) {
      return new PeerScore(peer, lasting, now.minusNanos(lastingAgeNanos), fading, now);
    }
  }

  record RefuseDelivery(PeerId peer, long ticket, SyncError error) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.refuseDelivery(peer, ticket, error);
    }
  }

  record RefuseHead(Hash head, SyncError error) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.refuseHead(head, error);
    }
  }

  /** A block breaks a rule, and is not stored. */
  record RejectBlock(ChainEvent.Rejected rejected) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.rejectBlock(rejected);
    }
  }

  /** Work for the store. The store does it in the order of the actions. */
  record Store(StoreJob job) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.store(job);
    }
  }

  /** No peer serves the bodies of these blocks now. */
  record BlocksUnserved(long first, long last) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.blocksUnserved(first, last);
    }
  }

  /** The stored chain has reached a checkpoint. */
  record CheckpointPassed(BlockId checkpoint) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.checkpointPassed(checkpoint);
    }
  }

  /** The stored history begins with this block from now on. */
  record HistoryBegins(BlockId lowest) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.historyBegins(lowest);
    }
  }

  /**
   * A pause has begun or ended.
   *
   * @param nanos how long it lasts from now on. 0 if it has ended
   */
  record PauseChanged(long nanos) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.pauseChanged(nanos);
    }
  }

  record SyncStarted(long sync, Hash anchor, Optional<PeerId> origin) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.syncStarted(sync, anchor, origin);
    }
  }

  record SyncDone(SyncSummary summary) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.syncDone(summary);
    }
  }

  record SyncFailed(SyncSummary summary, SyncError error, String explanation) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.syncFailed(summary, error, explanation);
    }
  }
}
