package dev.windlass.downloader;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Evidence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.Gap;
import dev.windlass.chain.store.Link;
import dev.windlass.downloader.links.HashChain;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.downloader.walk.LinkSources;
import dev.windlass.peerset.Peer;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The work from one anchor to the insert of its last block: its aim, its progress and its result.
 *
 * <p>Owned by the downloader. The phases write it. The first failure is kept.
 */
public final class Sync {
  /** The start of the explanation of a sync that {@link #failSlow} ended. */
  public static final String TOO_SLOW = "too few answers arrived";

  public final long id;
  public final Hash anchor;
  public final Optional<PeerId> origin;

  /** The head whose claim led to it. It is not the anchor if announced blocks lie between. */
  public final Hash claimedHead;

  /** The anchor's number as its origin claims it, or -1. */
  public final long claimedNumber;

  /** The anchor's total difficulty as its origin claims it, or 0. */
  public final BigInteger claimedDifficulty;

  /** Whether its anchor becomes the tip even if it is not higher, unless weight decides. */
  public final boolean isReplacing;

  public final long startedNanos;

  /** The links that are stored. */
  public HashChain chain;

  public long blocksInserted;
  public long blocksStartedNanos;
  public long progressedNanos;

  /** Since when the pace is measured. The items and bytes below arrived since then. */
  private long pacedNanos;

  private long pacedItems;
  private long pacedBytes;

  /** Since when the sync waits for the store. {@link Long#MIN_VALUE} if it does not. */
  private long storeSinceNanos = Long.MIN_VALUE;

  private final LinkSources listers = new LinkSources();

  /** Heads of peers that are known to lie on its chain. */
  private final Set<Hash> passed = new HashSet<>();

  private SyncError error;
  private boolean isHopeless;
  private boolean isTooSlow;
  private boolean isGivingWay;

  /** The latest time at which it gives way. {@link Long#MAX_VALUE} if it need not. */
  private long windsDownNanos = Long.MAX_VALUE;

  private boolean hasGrownBans;
  private Optional<PeerId> blamed = Optional.empty();
  private Optional<Evidence> proof = Optional.empty();
  private String explanation = "";

  /** The gap that it fills, if it is for one. */
  public final Optional<Gap> gap;

  /** Whether it moves the floor of the history down. Its anchor is the parent of the root. */
  public final boolean isLowering;

  /** Whether the stored range begins with its lowest link, once a block above it has come. */
  public boolean isBeginning;

  /** Whether its stored links end with the lowest wanted block. */
  public boolean isAtFloor;

  public Sync(long id, NextSync.Choice choice, long nowNanos) {
    this.id = id;
    this.anchor = choice.anchor();
    this.origin = choice.origin();
    this.claimedHead = choice.claim().map(HeadClaims.Candidate::head).orElse(choice.anchor());
    this.claimedNumber = choice.number();
    this.claimedDifficulty = choice.difficulty();
    this.isReplacing = choice.isReplacing();
    this.gap = choice.gap();
    this.startedNanos = nowNanos;
    this.progressedNanos = nowNanos;
    this.pacedNanos = nowNanos;
    this.isLowering = choice.isLowering();
    this.chain =
        isLowering ? HashChain.ofLowering(anchor, choice.number()) : HashChain.empty(anchor);
  }

  /**
   * Notes items that arrived. The deadline moves on only if there were enough, or a peer that
   * delivers a trickle would hold the sync for ever.
   */
  public void gained(long items, long bytes, CoreState context) {
    progressedNanos = context.nowNanos;
    pacedItems += items;
    pacedBytes += bytes;
    checkPace(context);
  }

  /** Notes bytes of incomplete answers. They count for the pace only. */
  public void receiving(long bytes, CoreState context) {
    pacedBytes += bytes;
    checkPace(context);
  }

  private void checkPace(CoreState context) {
    DownloaderLimits limits = context.limits;
    if (pacedItems >= limits.paceItemsMin() || pacedBytes >= limits.paceBytesMin()) {
      startPace(context.nowNanos);
    }
  }

  /** Measures the pace anew, at the start of a phase. */
  public void startPace(long nowNanos) {
    pacedNanos = nowNanos;
    pacedItems = 0;
    pacedBytes = 0;
  }

  /**
   * Moves the deadline by the time that the store took, since no peer is to blame for that time.
   */
  public void passStoreTime(long nowNanos) {
    if (storeSinceNanos != Long.MIN_VALUE) {
      pacedNanos += nowNanos - Math.max(storeSinceNanos, pacedNanos);
      storeSinceNanos = nowNanos;
    }
  }

  public void noteStore(boolean isWaitedFor, long nowNanos) {
    storeSinceNanos = isWaitedFor ? nowNanos : Long.MIN_VALUE;
  }

  public long pacedNanos() {
    return pacedNanos;
  }

  /** Notes that a peer's head lies on its chain. */
  void passes(Hash head) {
    passed.add(head);
  }

  /**
   * Whether this head is its anchor, or the anchor of a stored segment of its chain, or was met on
   * its chain.
   */
  public boolean leadsBy(Hash head) {
    return anchor.equals(head)
        || claimedHead.equals(head)
        || passed.contains(head)
        || chain.stretches().stream().anyMatch(part -> part.segment().anchor().equals(head));
  }

  /** Whether the peer of its head claimed another number than the header of the head has. */
  public boolean contradicts(long headNumber) {
    return origin.isPresent() && claimedNumber >= 0 && claimedNumber != headNumber;
  }

  /** Whether headers prove every link of its chain. */
  public boolean isProven() {
    return chain.stretches().stream().allMatch(stretch -> stretch.segment().isProven());
  }

  /** Whether it fetches what is missing below announced blocks. */
  public boolean isParentSync() {
    return !claimedHead.equals(anchor);
  }

  public boolean isClaimedBy(Peer peer) {
    return peer.head().equals(claimedHead);
  }

  public boolean isOperators() {
    return origin.isEmpty() && gap.isEmpty() && !isLowering;
  }

  /** The look-up of what the store holds of its chain. */
  StoreJob preparation(History history) {
    if (isLowering) {
      return new StoreJob.PrepareLowering(id, chain, history);
    }
    return gap.<StoreJob>map(missing -> new StoreJob.PrepareGap(id, missing))
        .orElseGet(
            () -> new StoreJob.Prepare(id, anchor, claimedNumber, isReplacing, isOperators()));
  }

  /** Takes over the links that the store holds of the chain. */
  public void resume(HashChain stored) {
    chain = stored;
    noteInherited(0);
  }

  /** The chain has grown by headers, and possibly by stored links below them. */
  public void growByHeaders(HashChain longer, int headers) {
    long below = chain.links() + headers;
    chain = longer;
    noteInherited(below);
  }

  /** The chain has grown by links that a peer listed, and possibly by stored links below them. */
  public void growByList(HashChain longer, int listed, PeerId by) {
    long from = chain.links();
    listers.note(from, from + listed, Optional.of(by));
    chain = longer;
    noteInherited(from + listed);
  }

  private void noteInherited(long below) {
    long position = 0;
    for (HashChain.Stretch stretch : chain.stretches()) {
      long end = position + stretch.links();
      if (!stretch.segment().isProven() && end > below) {
        listers.note(Math.max(position, below), end, Optional.empty());
      }
      position = end;
    }
  }

  /** The peer to blame if a link at these numbers of a complete chain is false. */
  public Optional<PeerId> answersFor(long lowest, long highest) {
    long anchorNumber = anchorNumber();
    return listers.answerFor(
        anchorNumber - Math.min(highest, anchorNumber), anchorNumber - lowest + 1, origin);
  }

  /** The peer to blame if no peer serves the chain below its last link. */
  public Optional<PeerId> answersForNext() {
    return listers.isInherited(chain.links() - 1) ? Optional.empty() : origin;
  }

  /** Ends it with an error, and blames its origin. */
  public void fail(SyncError newError, String newExplanation) {
    fail(newError, origin, newExplanation);
  }

  /**
   * Ends it because of an error in headers. If headers prove every link from the anchor down, the
   * chain can never become right, and an operator's anchor is given up.
   */
  public void failProven(SyncError newError, String newExplanation) {
    isHopeless = error == null && isProven();
    fail(newError, newExplanation);
  }

  /**
   * Ends it because headers prove a block that has no parent. Its origin serves what it claimed,
   * and some development nodes make such blocks. So no peer is blamed, and its next head is tried.
   */
  public void failUnlinked(String newExplanation) {
    isHopeless = error == null && isProven();
    fail(SyncError.INVALID_CHAIN, Optional.empty(), newExplanation);
  }

  /** Ends it because a block was banned after its link was stored. */
  public void failAtBan(Link link) {
    String banned = "block " + link.number() + " " + link.hash() + " is banned";
    failProven(SyncError.INVALID_CHAIN, banned);
  }

  /**
   * Ends it because its chain contradicts a checkpoint. Without proof that the anchor leads there,
   * the blame is the one of an invalid chain.
   */
  public void failAtCheckpoint(long number, String newExplanation) {
    failAtCheckpoint(number, newExplanation, Optional.empty());
  }

  /**
   * The same.
   *
   * @param newProof the bytes that prove the contradiction
   */
  public void failAtCheckpoint(long number, String newExplanation, Optional<Evidence> newProof) {
    proof = error == null ? newProof : proof;
    if (isProven()) {
      failProven(SyncError.CHECKPOINT_MISMATCH, newExplanation);
    } else {
      fail(SyncError.INVALID_CHAIN, answersFor(number, number), newExplanation);
    }
  }

  /** Ends it because too little arrived before the deadline. The peer of its head cools down. */
  public void failSlow(String newExplanation) {
    isTooSlow = error == null;
    fail(SyncError.TIMEOUT, Optional.empty(), newExplanation);
  }

  /** Whether another attempt would probably fail too. */
  public boolean isInVain() {
    return isTooSlow
        || !hasProgressed()
        || error == SyncError.EARLY_BLOCK
        || error.doubtsClaims(true);
  }

  /** Reports its success to its gap, or to its anchor and the claims of its head. */
  public void settle(CoreState context) {
    if (gap.isPresent()) {
      long tried = Math.max(context.queue.offset() - 1, gap.get().first());
      context.fill.ended(tried, blocksInserted, context.nowNanos);
      return;
    }
    if (isLowering) {
      context.lowering.ended();
      return;
    }
    context.unserved.clear();
    if (isOperators()) {
      context.anchors.synced(anchor);
      context.trustedRoot = Math.max(context.trustedRoot, context.root().number());
    }
    if (chain.isComplete()) {
      context.heights.stored(new BlockId(anchorNumber(), anchor));
    }
    context.heads.settle(
        anchor, isParentSync() ? Optional.empty() : origin, claimedDifficulty, context.tip);
    if (chain.links() > 0 && !isParentSync()) {
      // An announced block has no links. Any peer can pass one on.
      origin.ifPresent(context.heads::endCoolDown);
    }
  }

  /**
   * Reports the failure to its gap, its origin or its anchor, with the time of the next attempt.
   */
  public void rest(CoreState context, long restNanos) {
    if (isGivingWay) {
      return;
    }
    if (gap.isPresent()) {
      restGap(context, restNanos);
    } else if (isLowering && isHopeless) {
      context.lowering.giveUp();
    } else if (isLowering) {
      context.lowering.rest();
    } else if (origin.isPresent()) {
      boolean isCancelled =
          error == SyncError.CANCEL_HASH_FETCH || error == SyncError.CANCEL_BLOCK_FETCH;
      boolean isCounted = isInVain() && !isCancelled;
      context.heads.rest(claimedHead, origin, isCounted, context.nowNanos, restNanos);
      if (isHopeless) {
        context.heads.refuse(claimedHead);
      }
      brokenPromise(context).ifPresent(context::coolDown);
      if (blocksInserted > 0) {
        context.heads.noteDifficulty(claimedDifficulty);
      }
    } else if (isHopeless) {
      context.anchors.remove(anchor);
      context.checkpoints.giveUp(anchor);
      context.act(new Action.RefuseHead(anchor, error));
    } else if (context.peers.size() == 0 || hasGrownBans) {
      context.anchors.retry(anchor, context.nowNanos);
    } else {
      context.anchors.rest(anchor, !isInVain(), context.nowNanos, restNanos);
    }
  }

  /**
   * The peer of its head, if this peer did not serve the head as it claimed, or if the sync
   * stalled. A peer that has left has broken no promise.
   */
  private Optional<PeerId> brokenPromise(CoreState context) {
    boolean isBroken =
        error == SyncError.FALSE_NUMBER
            || (error.doubtsClaims(hasProgressed()) && blamed.equals(origin));
    return origin
        .filter(peer -> context.peers.peer(peer).isPresent())
        .filter(peer -> isTooSlow || (isBroken && !context.heads.hasMoved(peer, anchor)));
  }

  /** Whether it was for a gap and found that no peer serves its blocks. */
  public boolean isUnserved() {
    return gap.isPresent() && error == SyncError.PEERS_UNAVAILABLE;
  }

  /**
   * An unserved gap is passed over until the next round. After another failure the round goes on
   * later.
   */
  private void restGap(CoreState context, long restNanos) {
    if (isUnserved()) {
      long last = gap.orElseThrow().last().number();
      context.fill.ended(last, blocksInserted, context.nowNanos);
    } else {
      context.fill.rest(context.nowNanos + restNanos);
    }
  }

  /** From now on it sends no new requests. It gives way when the open ones are answered. */
  public void windDown(long untilNanos) {
    windsDownNanos = untilNanos;
  }

  public long windsDownNanos() {
    return windsDownNanos;
  }

  public boolean isWindingDown() {
    return windsDownNanos != Long.MAX_VALUE;
  }

  /** Ends it for now. It resumes after another sync had its turn. */
  public void giveWay(SyncError newError, String newExplanation) {
    isGivingWay = error == null;
    fail(newError, Optional.empty(), newExplanation);
  }

  public boolean isGivingWay() {
    return isGivingWay;
  }

  /** Notes that a ban grew towards its anchor, so that the next attempt gets further. */
  public void noteBansGrown() {
    hasGrownBans = true;
  }

  public void fail(SyncError newError, Optional<PeerId> newBlamed, String newExplanation) {
    if (error == null) {
      error = newError;
      blamed = newBlamed;
      explanation = newExplanation;
    }
  }

  public boolean hasFailed() {
    return error != null;
  }

  public boolean hasProgressed() {
    return progressedNanos > startedNanos;
  }

  public SyncError error() {
    return error;
  }

  /** The bytes that prove a contradiction to a checkpoint, if any do. */
  public Optional<Evidence> proof() {
    return proof;
  }

  public Optional<PeerId> blamed() {
    return blamed;
  }

  public String explanation() {
    return explanation;
  }

  /** -1 if it is not known yet. */
  public long anchorNumber() {
    if (chain.isComplete()) {
      return chain.ending().orElseThrow().anchorNumber();
    }
    return chain.nextNumber() < 0 || chain.links() == 0 ? -1 : chain.nextNumber() + chain.links();
  }

  /** How long it has fetched hashes so far, or took to fetch them. */
  public long hashesNanos(long nowNanos) {
    return (chain.isComplete() && blocksStartedNanos != 0 ? blocksStartedNanos : nowNanos)
        - startedNanos;
  }

  /** Its result, so far or at the end. */
  public SyncSummary summary(CoreState context) {
    return new SyncSummary(
        id,
        anchor,
        origin,
        chain.links(),
        blocksInserted,
        context.tip,
        hashesNanos(context.nowNanos),
        context.nowNanos - startedNanos);
  }

  public Progress.ActiveSync view(long nowNanos) {
    long blocksTotal = chain.ending().map(e -> e.anchorNumber() - e.firstNumber() + 1).orElse(-1L);
    return new Progress.ActiveSync(
        id,
        origin,
        anchor,
        anchorNumber(),
        chain.ending().map(HashChain.Ending::ancestorNumber).orElse(-1L),
        chain.links(),
        blocksInserted,
        blocksTotal,
        etaNanos(blocksTotal, nowNanos));
  }

  private long etaNanos(long blocksTotal, long nowNanos) {
    if (blocksInserted == 0 || blocksTotal < 0) {
      return -1;
    }
    double perBlock = (double) (nowNanos - blocksStartedNanos) / blocksInserted;
    return (long) (perBlock * (blocksTotal - blocksInserted));
  }
}
