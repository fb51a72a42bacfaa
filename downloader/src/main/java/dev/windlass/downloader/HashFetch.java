package dev.windlass.downloader;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.links.HashChain;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.downloader.walk.HashWalk;
import dev.windlass.downloader.walk.HeaderWalk;
import dev.windlass.downloader.walk.Walk;
import dev.windlass.peerset.Peer;
import dev.windlass.peerset.PeerKind;
import dev.windlass.peerset.Request;
import java.util.List;
import java.util.Optional;

/**
 * The phase fetchHashes. It follows the chain from its anchor down to the stored blocks, by headers
 * if a peer has them, else by bare hashes.
 *
 * <p>Owned by the downloader. It ends when the chain is complete and no cross-check is open. It
 * falls back to hash peers if header peers have no headers, or deliver them too slowly.
 */
public final class HashFetch implements Phase {
  /** The pace is measured over two timeouts, so that two lost answers alone do not end a walk. */
  private static final int TIMEOUTS_PER_PACE = 2;

  private final CoreState context;
  private final Sync sync;
  private final boolean wasComplete;
  private Walk walk;
  private HeaderWalk headerWalk;
  private HashWalk hashWalk;

  /** Since when the pace is measured, and what had been walked by then. */
  private long pacedNanos;

  private long pacedLinks;

  HashFetch(CoreState context, Sync sync, List<Long> joinHeights) {
    this.context = context;
    this.sync = sync;
    this.wasComplete = sync.chain.isComplete();
    if (hasPeer(PeerKind.HEADER) || !mayWalkByHashes()) {
      headerWalk = new HeaderWalk(context, sync, joinHeights);
      walk = headerWalk;
      measurePace();
    } else {
      walkByHashes();
    }
  }

  /** Whether a peer of this kind may have the chain. */
  private boolean hasPeer(PeerKind kind) {
    for (Peer peer : context.peers.all()) {
      boolean isOnIt =
          sync.isOperators()
              || sync.isLowering
              || sync.isClaimedBy(peer)
              || sync.origin.filter(peer.id()::equals).isPresent();
      if (peer.kind() == kind && isOnIt) {
        return true;
      }
    }
    return false;
  }

  /** Bare hashes have no numbers, so they do not show where a limited history begins. */
  private boolean mayWalkByHashes() {
    return !sync.isLowering && !context.isFloorOpen() && hasPeer(PeerKind.HASH);
  }

  private void walkByHashes() {
    headerWalk = null;
    hashWalk = new HashWalk(context, sync);
    walk = hashWalk;
  }

  @Override
  public Progress.Phase name() {
    return Progress.Phase.FETCHING_HASHES;
  }

  @Override
  public void onHashes(PeerId peer, long ticket, Delivery<Hash> delivery) {
    walk.onHashes(peer, ticket, delivery);
  }

  @Override
  public void onHeaders(PeerId peer, long ticket, Delivery<BlockHeader> delivery) {
    walk.onHeaders(peer, ticket, delivery);
  }

  @Override
  public void onBlocks(PeerId peer, long ticket, Delivery<Block> delivery) {
    walk.onBlocks(peer, ticket, delivery);
  }

  @Override
  public void onOverdue(Request request) {
    walk.onOverdue(request);
  }

  @Override
  public void onPeerGone(PeerId peer) {
    walk.onPeerGone(peer);
  }

  @Override
  public boolean takesAnswers() {
    return true;
  }

  @Override
  public void onAppended(HashChain chain, int stored) {
    walk.onAppended(chain, stored);
  }

  @Override
  public Phase progress() {
    walk.progress();
    if (sync.hasFailed()) {
      return this;
    }
    boolean isAtFloor = headerWalk != null && headerWalk.isAtFloor();
    if (sync.chain.isComplete() ? sync.isLowering : isAtFloor) {
      return sync.isWindingDown() ? this : atFloor();
    }
    if (sync.chain.isComplete() && (hashWalk == null || hashWalk.isChecked())) {
      return sync.isWindingDown() ? this : next();
    }
    boolean isCrawling = isCrawling();
    measurePaceAgain();
    if (isCrawling) {
      walkByHashes();
      walk.progress();
    } else if (walk.isExhausted()) {
      if (context.peers.size() == 0) {
        sync.fail(SyncError.NO_PEERS, "the last peer left");
      } else if (hashWalk == null && mayWalkByHashes()) {
        walkByHashes();
        walk.progress();
      } else {
        SyncError error = walk.exhaustion();
        long first = Math.min(context.tip.number(), sync.chain.nextNumber() - 1) + 1;
        context.unserved.missed(Progress.Part.HEADERS, first, sync.chain.nextNumber());
        // A peer is not blamed for blocks that it does not have, nor for the parent of one it sent.
        boolean isBlameless =
            error == SyncError.PEERS_UNAVAILABLE
                || (error == SyncError.EMPTY_HASH_SET && sync.isParentSync());
        sync.fail(
            error,
            isBlameless ? Optional.empty() : sync.answersForNext(),
            "no peer serves the chain below " + sync.chain.next());
      }
    }
    return this;
  }

  /** Whether headers arrive so slowly that hash peers would be faster. */
  private boolean isCrawling() {
    return context.nowNanos >= pacedUntilNanos()
        && !headerWalk.isWithStore()
        && context.tally.hashes - pacedLinks < context.limits.hashesNewMin();
  }

  /** Measures the pace anew if it was measured for long enough, or if the store is slow. */
  private void measurePaceAgain() {
    boolean isMeasured = context.nowNanos >= pacedUntilNanos();
    if (isMeasured
        && (!headerWalk.isWithStore()
            || headerWalk.waiting() == Progress.WaitingReason.STORE_BUSY)) {
      measurePace();
    }
  }

  private void measurePace() {
    pacedNanos = context.nowNanos;
    pacedLinks = context.tally.hashes;
  }

  /** When the pace has been measured for long enough, if there is a hash peer to fall back to. */
  private long pacedUntilNanos() {
    return headerWalk != null && mayWalkByHashes()
        ? pacedNanos + TIMEOUTS_PER_PACE * context.limits.peers().hashTimeoutNanos()
        : Long.MAX_VALUE;
  }

  /** The headers down to the floor are stored. So blocks can be fetched, or the range has grown. */
  private Phase atFloor() {
    if (!sync.isLowering) {
      sync.isBeginning = true;
      context.store(new StoreJob.PrepareFloor(sync.id, sync.chain));
      return new Preparing(context, sync);
    }
    if (headerWalk.hasFoundFloor() || sync.chain.isComplete()) {
      context.lowering.found();
    }
    context.store(new StoreJob.Finish(sync.id, sync.chain));
    return new Closing();
  }

  /** Whether the walk came down to the genesis without the block that begins the history. */
  private boolean lacksLowest() {
    boolean isSought = context.isFloorOpen() && context.limits.history().block().isPresent();
    return isSought && context.floor.isAtGenesis() && !wasComplete && !headerWalk.hasFoundFloor();
  }

  private Phase next() {
    HashChain.Ending ending = sync.chain.ending().orElseThrow();
    if (ending.contradiction().isPresent()) {
      sync.fail(
          SyncError.INVALID_CHAIN,
          sync.answersFor(ending.ancestorNumber() + 1, ending.anchorNumber()),
          ending.contradiction().get());
      return this;
    }
    if (lacksLowest()) {
      Hash lowest = context.limits.history().block().orElseThrow();
      sync.failProven(
          SyncError.INVALID_CHAIN,
          "the history shall begin with block " + lowest + ", which is not on the chain");
      return this;
    }
    BlockId passed = context.checkpoints.lastPassed();
    // Blocks of the chain below its first new one are stored, and the store checks where they are.
    boolean isLeavingBelow =
        ending.firstNumber() <= Math.min(passed.number(), ending.anchorNumber())
            && !sync.chain.isOfGap()
            && !sync.isBeginning;
    if (isLeavingBelow) {
      sync.failAtCheckpoint(
          ending.firstNumber(),
          String.format(
              "the chain leaves ours at block %d, below %s %d",
              ending.firstNumber() - 1,
              passed.equals(context.root()) ? "the first stored block" : "checkpoint",
              passed.number()));
      return this;
    }
    return new BlockFetch(context, sync, ending).progress();
  }

  /** Lists of bare hashes are small, and one peer is asked for them at a time. */
  @Override
  public boolean mayAskForLarge() {
    return headerWalk != null;
  }

  @Override
  public boolean isMovedByBytes() {
    return headerWalk == null || headerWalk.hasAnchor();
  }

  @Override
  public boolean isDrained() {
    return walk.isDrained();
  }

  @Override
  public long headerBytes() {
    return headerWalk == null ? 0 : headerWalk.bytesHeld();
  }

  @Override
  public Optional<Progress.WaitingReason> waiting() {
    return Optional.of(walk.waiting());
  }

  @Override
  public long nextDeadlineNanos() {
    long paced = pacedUntilNanos();
    // If that time has passed, the walk waits for the store and needs no timer.
    return Math.min(walk.nextDeadlineNanos(), paced <= context.nowNanos ? Long.MAX_VALUE : paced);
  }
}
