package dev.windlass.downloader.links;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.Evidence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.Gap;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.chain.store.PeerScore;
import dev.windlass.downloader.Downloader;
import dev.windlass.downloader.History;
import java.util.List;
import java.util.Optional;

/** A piece of work for the store. Its lists must not change. */
public sealed interface StoreJob {
  /** Runs on the store's thread. */
  StoreEvent doWith(StoreWork work);

  /** Whether it is done even if the node stops before. It must be short. */
  default boolean outlivesStop() {
    return false;
  }

  /** A short name, for a trace. */
  default String brief() {
    return getClass().getSimpleName();
  }

  /**
   * Answered by {@link Downloader#onPrepared}.
   *
   * @param number of the anchor, as it is claimed, or {@link Head#NUMBER_UNKNOWN}
   * @param isReplacing whether an anchor that is already stored becomes the canonical head even if
   *     it is not higher
   * @param isTrusted whether an operator named the anchor, so that its weight does not matter
   */
  record Prepare(long sync, Hash anchor, long number, boolean isReplacing, boolean isTrusted)
      implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      return work.prepare(this);
    }
  }

  /** Answered by {@link Downloader#onPrepared}. */
  record PrepareGap(long sync, Gap gap) implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      return work.prepareGap(sync, gap);
    }
  }

  /** Answered by {@link Downloader#onAppended}. */
  record AppendHeaders(long sync, HashChain chain, List<BlockHeader> newestFirst)
      implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      return work.appendHeaders(sync, chain, newestFirst);
    }
  }

  /** Answered by {@link Downloader#onAppended}. */
  record AppendLinks(long sync, HashChain chain, List<Hash> newestFirst, Hash next)
      implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      return work.appendLinks(sync, chain, newestFirst, next);
    }
  }

  /** Answered by {@link Downloader#onLinksLoaded}. */
  record LoadLinks(long sync, HashChain chain, long anchorNumber, long number, int max)
      implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      return work.loadLinks(sync, chain, anchorNumber, number, max);
    }
  }

  /**
   * Answered by {@link Downloader#onInserted} or {@link Downloader#onInsertFailed}.
   *
   * @param makeCanonical whether the last block becomes the canonical head even if it is not higher
   * @param isTrusted whether a trusted hash leads to the run, so that its weight does not matter
   */
  record Insert(long sync, List<Block> run, boolean makeCanonical, boolean isTrusted)
      implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      return work.insert(sync, run, makeCanonical, isTrusted);
    }

    @Override
    public String brief() {
      return "insert " + run.get(0).number() + "+" + run.size();
    }
  }

  /** Answered by {@link Downloader#onSkipped} or {@link Downloader#onSkipRefused}. */
  record Skip(long sync, HashChain chain, long anchorNumber, long from, long to, boolean isTrusted)
      implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      return work.skip(this);
    }

    @Override
    public String brief() {
      return "skip " + from + " to " + to;
    }
  }

  /**
   * Looks up the lowest block of a chain, with which the stored range is to begin. Answered by
   * {@link Downloader#onPrepared}.
   */
  record PrepareFloor(long sync, HashChain chain) implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      return work.prepareFloor(sync, chain);
    }
  }

  /**
   * Begins the stored range with the lowest block of a chain. Answered by {@link
   * Downloader#onFloor}.
   */
  record Begin(long sync, HashChain chain) implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      return work.begin(sync, chain);
    }
  }

  /**
   * Looks whether the lowest wanted block is stored already. Answered by {@link
   * Downloader#onPrepared}, with a chain that is complete if it is.
   *
   * @param chain below the root
   */
  record PrepareLowering(long sync, HashChain chain, History history) implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      return work.prepareLowering(this);
    }
  }

  /**
   * Moves the root down. Answered by {@link Downloader#onFloor}, or by {@link
   * Downloader#onFloorRefused}.
   */
  record Lower(long sync, List<BlockHeader> newestFirst) implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      return work.lower(sync, newestFirst);
    }
  }

  /**
   * Moves the root up to a canonical block. What lies below is deleted in the background. Answered
   * by {@link Downloader#onRaised}.
   */
  record Raise(long number) implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      return work.raise(number);
    }

    @Override
    public String brief() {
      return "raise to " + number;
    }
  }

  /** Answered by {@link Downloader#onFinished}. */
  record Finish(long sync, HashChain chain) implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      return work.finish(sync, chain);
    }
  }

  /**
   * Forgets the links of a chain that may be false: its claimed links and, if its anchor is not
   * trusted, the proven links below it.
   */
  record Discard(HashChain chain, boolean isAnchorTrusted) implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      work.discard(chain, isAnchorTrusted);
      return StoreEvent.NOTHING;
    }
  }

  record RecordCheckpoint(BlockId checkpoint) implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      work.recordCheckpoint(checkpoint);
      return StoreEvent.NOTHING;
    }
  }

  record RecordBan(Hash hash, String evidence) implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      work.putBan(hash, evidence);
      return StoreEvent.NOTHING;
    }
  }

  /**
   * Keeps the ban of a peer. Its points are served with it.
   *
   * @param proof what proves the fault, if anything does
   */
  record RecordPeerBan(PeerBan ban, Optional<Evidence> proof) implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      work.putPeerBan(ban, proof);
      return StoreEvent.NOTHING;
    }

    @Override
    public boolean outlivesStop() {
      return true;
    }

    @Override
    public String brief() {
      return "ban " + ban.peer();
    }
  }

  /** Forgets the ban and the points of a peer. */
  record PardonPeer(PeerId peer) implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      work.pardon(peer);
      return StoreEvent.NOTHING;
    }

    @Override
    public boolean outlivesStop() {
      return true;
    }
  }

  record RecordPeerScore(PeerScore score) implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      work.putPeerScore(score);
      return StoreEvent.NOTHING;
    }

    @Override
    public boolean outlivesStop() {
      return true;
    }
  }

  record ForgetBan(Hash hash) implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      work.removeBan(hash);
      return StoreEvent.NOTHING;
    }
  }
}
