package dev.windlass.downloader;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.Gap;
import java.math.BigInteger;
import java.util.Optional;

/**
 * Chooses the next sync. An operator's anchors and the heads of followed peers take turns.
 *
 * <p>Owned by the downloader. An anchor that no peer has does not delay a head for ever, nor a head
 * an anchor.
 */
final class NextSync {
  private static final long NEVER = Long.MAX_VALUE;

  private final CoreState context;
  private boolean wasAnchor;
  private long nextCycleNanos = Long.MIN_VALUE;

  /**
   * What to sync. Without an origin it is an operator's anchor or a gap.
   *
   * @param number of the anchor, as a peer claims it, or -1 if none does
   * @param difficulty of the anchor, as a peer claims it, or 0 if none does
   * @param gap the gap of the canonical chain to fill, if any
   * @param claim the claimed head that announced blocks join to the anchor, if any
   * @param isLowering whether it moves the floor of the history down, from its anchor
   */
  record Choice(
      Hash anchor,
      Optional<PeerId> origin,
      long number,
      BigInteger difficulty,
      boolean isReplacing,
      Optional<Gap> gap,
      Optional<HeadClaims.Candidate> claim,
      boolean isLowering) {
    /** The sync of an anchor, a head or a gap. */
    Choice(
        Hash anchor,
        Optional<PeerId> origin,
        long number,
        BigInteger difficulty,
        boolean isReplacing,
        Optional<Gap> gap,
        Optional<HeadClaims.Candidate> claim) {
      this(anchor, origin, number, difficulty, isReplacing, gap, claim, false);
    }

    static Choice ofAnchor(Hash anchor) {
      return new Choice(
          anchor,
          Optional.empty(),
          Head.NUMBER_UNKNOWN,
          BigInteger.ZERO,
          true,
          Optional.empty(),
          Optional.empty());
    }

    static Choice ofGap(Gap gap) {
      return new Choice(
          gap.last().hash(),
          Optional.empty(),
          gap.last().number(),
          BigInteger.ZERO,
          false,
          Optional.of(gap),
          Optional.empty());
    }

    static Choice ofLowering(BlockId belowRoot) {
      return new Choice(
          belowRoot.hash(),
          Optional.empty(),
          belowRoot.number(),
          BigInteger.ZERO,
          false,
          Optional.empty(),
          Optional.empty(),
          true);
    }

    static Choice ofHead(HeadClaims.Candidate head) {
      return new Choice(
          head.head(),
          Optional.of(head.origin()),
          head.number(),
          head.difficulty(),
          head.isReplacing(),
          Optional.empty(),
          Optional.empty());
    }
  }

  NextSync(CoreState context) {
    this.context = context;
  }

  /** Takes the next turn, if something is due. */
  Optional<Choice> take() {
    Optional<Choice> anchor = context.anchors.ready(context.nowNanos).map(Choice::ofAnchor);
    Optional<Choice> head = context.limits.followsPeers() ? head() : Optional.empty();
    Optional<Choice> taken = wasAnchor ? head.or(() -> anchor) : anchor.or(() -> head);
    taken.ifPresent(choice -> wasAnchor = choice.origin().isEmpty());
    return taken.or(this::lowering).or(this::gap);
  }

  /** More history is fetched only if no head and no anchor is due. */
  private Optional<Choice> lowering() {
    return isChoosing() ? Optional.empty() : context.lowering.due().map(Choice::ofLowering);
  }

  /** Refuses a choice whose anchor is banned. */
  boolean refuses(Choice choice) {
    Hash anchor = choice.anchor();
    if (!context.bans.has(anchor)) {
      return false;
    }
    context.act(new Action.RefuseHead(anchor, SyncError.BANNED_HEAD));
    context.anchors.remove(anchor);
    choice.origin().ifPresent(peer -> context.drop(peer, SyncError.BANNED_HEAD));
    if (choice.isLowering()) {
      context.lowering.giveUp();
    }
    // A gap whose highest block was banned later is passed over, or it would be due for ever.
    choice.gap().ifPresent(gap -> context.fill.ended(gap.last().number(), 0, context.nowNanos));
    return true;
  }

  /** Gaps are filled only if no head and no anchor is due. */
  private Optional<Choice> gap() {
    return context.fill.due(context.nowNanos).map(Choice::ofGap);
  }

  private Optional<Choice> head() {
    if (nextCycleNanos == Long.MIN_VALUE) {
      nextCycleNanos = context.nowNanos + context.limits.forcedCycleNanos();
    }
    boolean isCycleDue = context.nowNanos >= nextCycleNanos || hasPeersWanted();
    return best(!isCycleDue)
        .map(head -> checkpointBelow(head).orElseGet(() -> context.orphans.choice(head)));
  }

  /**
   * The next checkpoint, if it may lie below a head that is due and was not tried yet. A head is
   * only a claim, so the trusted part of its chain is synced first. A checkpoint that no peer
   * serves backs off like an anchor, and does not delay the head.
   */
  private Optional<Choice> checkpointBelow(HeadClaims.Candidate head) {
    return context
        .checkpoints
        .next()
        .filter(next -> head.number() < 0 || head.number() >= next.number())
        .filter(next -> !context.checkpoints.isGivenUp(next) && !context.isFloorOpen())
        .map(BlockId::hash)
        .filter(hash -> context.anchors.addCheckpoint(hash, context.nowNanos))
        .map(Choice::ofAnchor);
  }

  private Optional<HeadClaims.Candidate> best(boolean onlyFresh) {
    return context.heads.best(context.tip, onlyFresh, context.nowNanos);
  }

  /** Whether a head could be synced, and waits only for the forced cycle. */
  boolean isChoosing() {
    return context.limits.followsPeers() && best(false).isPresent();
  }

  /**
   * The sync of a head has ended. Heads that peers claimed only when they connected wait for the
   * next cycle, unless the sync gave way, or its origin is gone or cools down. The sync of an
   * anchor does not restart the cycle, or failing anchors would postpone it for ever.
   */
  void headEnded(boolean isGivingWay, PeerId origin) {
    boolean isLost =
        context.peers.peer(origin).isEmpty() || context.heads.isCooling(origin, context.nowNanos);
    boolean isNextDue = isGivingWay || (isLost && context.peers.size() > 0);
    nextCycleNanos = context.nowNanos + (isNextDue ? 0 : context.limits.forcedCycleNanos());
  }

  /**
   * When the sync of a peer's head gives way to a waiting head of another peer or to a waiting
   * anchor.
   */
  long givesWayNanos(Sync sync) {
    long forHead = context.heads.givesWayNanos(sync, context.tip, context.nowNanos);
    long forAnchor = context.anchors.givesWayNanos(sync.startedNanos, context.limits.turnNanos());
    return Math.min(forHead, forAnchor);
  }

  private boolean hasPeersWanted() {
    return context.peers.size() >= context.limits.peersWanted();
  }

  /** When the next sync may be due, if no event comes before. */
  long nextNanos() {
    if (context.peers.size() == 0) {
      return NEVER;
    }
    long next = Math.min(context.anchors.nextNanos(), context.fill.nextNanos());
    next = isChoosing() ? next : Math.min(next, context.lowering.nextNanos());
    if (!context.limits.followsPeers()) {
      return next;
    }
    long rested = context.heads.nextNanos(context.tip, context.nowNanos);
    next = Math.min(next, context.heads.nextFreshNanos(context.tip, context.nowNanos));
    return Math.min(next, hasPeersWanted() ? rested : Math.max(rested, nextCycleNanos));
  }

  Progress.Wanted wanted(long nowNanos) {
    Optional<HeadClaims.Highest> highest =
        context.limits.followsPeers()
            ? context.heads.highest(context.tip, nowNanos)
            : Optional.empty();
    return new Progress.Wanted(
        isWanting(),
        highest.map(HeadClaims.Highest::number).orElse(-1L),
        highest.map(HeadClaims.Highest::peer),
        context.limits.followsPeers() ? context.heads.highestProven(context.tip, nowNanos) : -1,
        context.fill.isRunning(nowNanos) || context.lowering.isRunning());
  }

  /** Whether an anchor or a head waits for its sync. */
  boolean isWanting() {
    return !context.anchors.isEmpty()
        || (context.limits.followsPeers()
            && context.heads.isAnyWorthy(context.tip, context.nowNanos));
  }
}
