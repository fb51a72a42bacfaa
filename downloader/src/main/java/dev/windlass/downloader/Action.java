package dev.windlass.downloader;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.downloader.links.StoreJob;
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

  record BanPeer(PeerId peer, Verdict verdict, String evidence, long nanos) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.banPeer(peer, verdict, evidence, nanos);
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
