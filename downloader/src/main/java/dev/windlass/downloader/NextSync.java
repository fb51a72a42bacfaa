package dev.windlass.downloader;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.Gap;
import java.math.BigInteger;
import java.util.Optional;

/**
 * Which sync is next: an operator's anchors and the heads of the followed peers take turns.
 *
 * <p>Owned by the downloader. An anchor that nobody has does not keep a head from its turn, nor a
 * head an anchor.
 */
final class NextSync {
  private static final long NEVER = Long.MAX_VALUE;

  private final CoreState context;
  private boolean wasAnchor;
  private long nextCycleNanos = Long.MIN_VALUE;

  /**
   * What to sync: an anchor if it has no origin.
   *
   * @param number of the anchor, as a peer claims it, or -1
   * @param difficulty of the anchor, as a peer claims it, or 0
   * @param gap what is missing of the canonical chain, if that is to be filled
   */
  record Choice(
      Hash anchor,
      Optional<PeerId> origin,
      long number,
      BigInteger difficulty,
      boolean isReplacing,
      Optional<Gap> gap) {
    static Choice ofAnchor(Hash anchor) {
      return new Choice(
          anchor, Optional.empty(), Head.NUMBER_UNKNOWN, BigInteger.ZERO, true, Optional.empty());
    }

    static Choice ofGap(Gap gap) {
      return new Choice(
          gap.last().hash(),
          Optional.empty(),
          gap.last().number(),
          BigInteger.ZERO,
          false,
          Optional.of(gap));
    }

    static Choice ofHead(HeadClaims.Candidate head) {
      return new Choice(
          head.head(),
          Optional.of(head.origin()),
          head.number(),
          head.difficulty(),
          head.isReplacing(),
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
    return taken.or(this::gap);
  }

  /** What is missing below comes after all that is wanted above. */
  private Optional<Choice> gap() {
    return context.fill.due(context.nowNanos).map(Choice::ofGap);
  }

  private Optional<Choice> head() {
    if (nextCycleNanos == Long.MIN_VALUE) {
      nextCycleNanos = context.nowNanos + context.limits.forcedCycleNanos();
    }
    boolean isCycleDue = context.nowNanos >= nextCycleNanos || hasPeersWanted();
    return best(!isCycleDue).map(Choice::ofHead);
  }

  private Optional<HeadClaims.Candidate> best(boolean onlyFresh) {
    return context.heads.best(
        context.tip, onlyFresh, context.nowNanos, id -> context.peers.peer(id).isPresent());
  }

  /** Whether a head could be synced, and only the cycle is waited for. */
  boolean isChoosing() {
    return context.limits.followsPeers() && best(false).isPresent();
  }

  /**
   * The sync of a head has ended: heads that were only said when their peer connected wait for the
   * cycle, unless it was to give way. An anchor does not move the cycle on, or anchors that fail
   * would keep it from ever being due.
   */
  void headEnded(boolean isGivingWay) {
    long rest = isGivingWay ? 0 : context.limits.forcedCycleNanos();
    nextCycleNanos = context.nowNanos + rest;
  }

  /**
   * When the sync of a peer's head has had its time, and another peer's head waits or an operator's
   * anchor.
   */
  long givesWayNanos(Sync sync) {
    long forHead =
        context.heads.givesWayNanos(
            sync,
            context.tip,
            context.limits.forcedCycleNanos(),
            id -> context.peers.peer(id).isPresent());
    long forAnchor =
        context.anchors.givesWayNanos(sync.startedNanos, context.limits.progressDeadlineNanos());
    return Math.min(forHead, forAnchor);
  }

  private boolean hasPeersWanted() {
    return context.peers.size() >= context.limits.peersWanted();
  }

  /** When something may be due, if nothing else happens before. */
  long nextNanos() {
    if (context.peers.size() == 0) {
      return NEVER;
    }
    long next = Math.min(context.anchors.nextNanos(), context.fill.nextNanos());
    if (!context.limits.followsPeers()) {
      return next;
    }
    long rested = context.heads.nextNanos(context.tip);
    return Math.min(next, hasPeersWanted() ? rested : Math.max(rested, nextCycleNanos));
  }

  /** What is wanted that is not synced. */
  Progress.Wanted wanted(long nowNanos) {
    long best = context.limits.followsPeers() ? context.heads.bestNumber(context.tip) : -1;
    return new Progress.Wanted(isWanting(), best, context.fill.isRunning(nowNanos));
  }

  /** Whether something is wanted that is not synced. */
  boolean isWanting() {
    return !context.anchors.isEmpty()
        || (context.limits.followsPeers() && context.heads.isAnyWorthy(context.tip));
  }
}
