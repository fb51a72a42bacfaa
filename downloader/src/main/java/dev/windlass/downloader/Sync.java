package dev.windlass.downloader;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.Gap;
import java.math.BigInteger;
import java.util.Optional;

/**
 * One run from an anchor to the last insert: what it is after, how far it is, and how it ended.
 *
 * <p>Owned by the downloader; the phases write it. Once it has failed nothing changes that.
 */
final class Sync {
  /** So many bytes in the time of the deadline are a pace, if there are not enough items. */
  private static final long PACE_BYTES_MIN = 256 << 10;

  final long id;
  final Hash anchor;
  final Optional<PeerId> origin;

  /** The anchor's number as its origin claims it, or -1. */
  final long claimedNumber;

  /** The anchor's total difficulty as its origin claims it, or 0. */
  final BigInteger claimedDifficulty;

  /** Whether its anchor becomes the tip though it is not higher. */
  final boolean isReplacing;

  final long startedNanos;

  /** The links that are stored. */
  HashChain chain;

  long blocksInserted;
  long blocksStartedNanos;
  long progressedNanos;

  /** Since when the pace is measured, and what was gained since then. */
  private long pacedNanos;

  private long pacedItems;
  private long pacedBytes;

  /** Since when the store is waited for; {@link Long#MIN_VALUE} while it is not. */
  private long storeSinceNanos = Long.MIN_VALUE;

  private final Listers listers = new Listers();
  private SyncError error;
  private boolean isHopeless;
  private boolean isTooSlow;
  private boolean isGivingWay;

  /** When it ends at the latest to give way; {@link Long#MAX_VALUE} while it need not. */
  private long windsDownNanos = Long.MAX_VALUE;

  private boolean hasGrownBans;
  private Optional<PeerId> blamed = Optional.empty();
  private String explanation = "";

  /** What it fills of the canonical chain, if that is what it is for. */
  final Optional<Gap> gap;

  Sync(long id, NextSync.Choice choice, long nowNanos) {
    this.id = id;
    this.anchor = choice.anchor();
    this.origin = choice.origin();
    this.claimedNumber = choice.number();
    this.claimedDifficulty = choice.difficulty();
    this.isReplacing = choice.isReplacing();
    this.gap = choice.gap();
    this.startedNanos = nowNanos;
    this.progressedNanos = nowNanos;
    this.pacedNanos = nowNanos;
    this.chain = HashChain.empty(anchor);
  }

  /**
   * Notes what was gained. The deadline moves on only if enough was: a peer that brings next to
   * nothing, but always something, would hold the sync for ever.
   */
  void gained(long items, long bytes, Context context) {
    progressedNanos = context.nowNanos;
    pacedItems += items;
    pacedBytes += bytes;
    boolean isEnough = pacedItems >= context.limits.hashesNewMin() || pacedBytes >= PACE_BYTES_MIN;
    if (isEnough) {
      startPace(context.nowNanos);
    }
  }

  /** Notes what is coming in and not whole yet: it counts for the pace, and for nothing else. */
  void receiving(long bytes, long nowNanos) {
    pacedBytes += bytes;
    if (pacedBytes >= PACE_BYTES_MIN) {
      startPace(nowNanos);
    }
  }

  /** Measures the pace anew: a phase begins. */
  void startPace(long nowNanos) {
    pacedNanos = nowNanos;
    pacedItems = 0;
    pacedBytes = 0;
  }

  /** The time that the store takes is no peer's silence: the deadline moves on with it. */
  void passStoreTime(long nowNanos) {
    if (storeSinceNanos != Long.MIN_VALUE) {
      pacedNanos += nowNanos - Math.max(storeSinceNanos, pacedNanos);
      storeSinceNanos = nowNanos;
    }
  }

  void noteStore(boolean isWaitedFor, long nowNanos) {
    storeSinceNanos = isWaitedFor ? nowNanos : Long.MIN_VALUE;
  }

  /** Since when too little was gained. */
  long pacedNanos() {
    return pacedNanos;
  }

  /** Whether what is stored of its chain was stored for this head, or joins that. */
  boolean leadsBy(Hash head) {
    return anchor.equals(head)
        || chain.stretches().stream().anyMatch(part -> part.segment().anchor().equals(head));
  }

  /** Whether headers prove every link of its chain. */
  boolean isProven() {
    return chain.stretches().stream().allMatch(stretch -> stretch.segment().isProven());
  }

  boolean isOperators() {
    return origin.isEmpty() && gap.isEmpty();
  }

  /** The store has told what it holds of the chain. */
  void resume(HashChain stored) {
    chain = stored;
    noteInherited(0);
  }

  /** The chain has grown by headers, and perhaps by what was stored below them. */
  void growByHeaders(HashChain longer, int headers) {
    long below = chain.links() + headers;
    chain = longer;
    noteInherited(below);
  }

  /** The chain has grown by links that a peer listed, and perhaps by what was stored below them. */
  void growByList(HashChain longer, int listed, PeerId by) {
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

  /** Who is to blame where one of the links at these numbers of a complete chain is false. */
  Optional<PeerId> answersFor(long lowest, long highest) {
    long anchorNumber = anchorNumber();
    return listers.answerFor(
        anchorNumber - Math.min(highest, anchorNumber), anchorNumber - lowest + 1, origin);
  }

  /** Who is to blame where the chain goes on at a hash of which nobody knows more. */
  Optional<PeerId> answersForNext() {
    return listers.isInherited(chain.links() - 1) ? Optional.empty() : origin;
  }

  /** Ends it with an error that the origin of its chain answers for. */
  void fail(SyncError newError, String newExplanation) {
    fail(newError, origin, newExplanation);
  }

  /**
   * Ends it because of what headers show of its chain. If they prove every link down from the
   * anchor, no peer can ever bring a better one, and an operator's anchor is given up.
   */
  void failProven(SyncError newError, String newExplanation) {
    isHopeless = error == null && isProven();
    fail(newError, newExplanation);
  }

  /** Ends it because too little was gained for too long, though something was. */
  void failSlow(String newExplanation) {
    isTooSlow = error == null;
    fail(SyncError.TIMEOUT, Optional.empty(), newExplanation);
  }

  /** Whether another attempt would be as much in vain as this one. */
  boolean isInVain() {
    return isTooSlow || !hasProgressed() || error.doubtsClaims(true);
  }

  /** Notes with what wanted it that it is done. */
  void settle(Context context) {
    if (gap.isPresent()) {
      long tried = Math.max(context.queue.offset() - 1, gap.get().first());
      context.fill.ended(tried, blocksInserted, context.nowNanos);
      return;
    }
    if (isOperators()) {
      context.anchors.synced(anchor);
    }
    context.heads.settle(anchor, origin, claimedDifficulty, context.tip);
  }

  /** Notes with what wanted it that it has failed, and when it may be tried again. */
  void rest(Context context, long restNanos) {
    if (isGivingWay) {
      return;
    }
    if (gap.isPresent()) {
      restGap(context, restNanos);
    } else if (origin.isPresent()) {
      boolean isCancelled =
          error == SyncError.CANCEL_HASH_FETCH || error == SyncError.CANCEL_BLOCK_FETCH;
      boolean isCounted = isInVain() && !isCancelled;
      context.heads.rest(anchor, origin, isCounted, context.nowNanos, restNanos);
      if (blocksInserted > 0) {
        context.heads.noteDifficulty(claimedDifficulty);
      }
    } else if (isHopeless) {
      context.anchors.remove(anchor);
      context.act(new Action.RefuseHead(anchor, error));
    } else if (context.peers.size() == 0 || hasGrownBans) {
      context.anchors.retry(anchor, context.nowNanos);
    } else {
      context.anchors.rest(anchor, !isInVain(), context.nowNanos, restNanos);
    }
  }

  /** Whether it has found what it was to fill to be served by nobody. */
  boolean isUnserved() {
    return gap.isPresent() && error == SyncError.PEERS_UNAVAILABLE;
  }

  /** What nobody serves is passed over in this round; else the round goes on later. */
  private void restGap(Context context, long restNanos) {
    if (isUnserved()) {
      long last = gap.orElseThrow().last().number();
      context.fill.ended(last, blocksInserted, context.nowNanos);
    } else {
      context.fill.rest(context.nowNanos + restNanos);
    }
  }

  /** From now on it asks for nothing more, and gives way when all that was asked for has come. */
  void windDown(long untilNanos) {
    windsDownNanos = untilNanos;
  }

  long windsDownNanos() {
    return windsDownNanos;
  }

  boolean isWindingDown() {
    return windsDownNanos != Long.MAX_VALUE;
  }

  /** Ends it for the time being: it goes on after another sync had its turn. */
  void giveWay(SyncError newError, String newExplanation) {
    isGivingWay = error == null;
    fail(newError, Optional.empty(), newExplanation);
  }

  boolean isGivingWay() {
    return isGivingWay;
  }

  /** Notes that the bans came nearer to its anchor: the next attempt is not in vain. */
  void noteBansGrown() {
    hasGrownBans = true;
  }

  void fail(SyncError newError, Optional<PeerId> newBlamed, String newExplanation) {
    if (error == null) {
      error = newError;
      blamed = newBlamed;
      explanation = newExplanation;
    }
  }

  boolean hasFailed() {
    return error != null;
  }

  boolean hasProgressed() {
    return progressedNanos > startedNanos;
  }

  SyncError error() {
    return error;
  }

  Optional<PeerId> blamed() {
    return blamed;
  }

  String explanation() {
    return explanation;
  }

  /** -1 while it is not known. */
  long anchorNumber() {
    if (chain.isComplete()) {
      return chain.ending().orElseThrow().anchorNumber();
    }
    return chain.nextNumber() < 0 || chain.links() == 0 ? -1 : chain.nextNumber() + chain.links();
  }

  /** How long it has fetched hashes, or how long that took. */
  long hashesNanos(long nowNanos) {
    return (chain.isComplete() && blocksStartedNanos != 0 ? blocksStartedNanos : nowNanos)
        - startedNanos;
  }

  /** What it came to, so far or in the end. */
  SyncSummary summary(Context context) {
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

  Progress.ActiveSync view(long nowNanos) {
    long blocksTotal = chain.ending().map(e -> e.anchorNumber() - e.firstNumber() + 1).orElse(-1L);
    return new Progress.ActiveSync(
        id,
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
