package dev.windlass.downloader;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.peerset.Peer;
import dev.windlass.peerset.PeerSet;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The newest head that each followed peer claims, and which of them is worth a sync.
 *
 * <p>Owned by the downloader. A peer's claim only grows. A lower number or total difficulty is
 * ignored, unless the peer reports that its chain was replaced. No sync is for the head of a peer
 * that cools down, unless all followed peers do. Bounded by the number of peers and by {@link
 * BackOff#NAMES_MAX}.
 */
final class HeadClaims {
  private static final int ATTEMPTS_DOUBTED = 3;

  private final DownloaderLimits limits;
  private final PeerSet peers;
  private final Map<PeerId, Claim> claims = new LinkedHashMap<>();
  private final BackOff<PeerId> origins = new BackOff<>();

  /** Peers that broke the promise of a head, or stalled. */
  private final BackOff<PeerId> cooling = new BackOff<>();

  /** Peers whose claims are ignored. */
  private final Set<PeerId> untrusted = new HashSet<>();

  /** Total difficulty of the head that was synced last, if a peer claimed it. */
  private BigInteger settledDifficulty = BigInteger.ZERO;

  /**
   * A head to sync.
   *
   * @param number as claimed, or -1
   * @param difficulty as claimed, or 0
   * @param isReplacing whether it replaces a tip that is at least as high
   */
  record Candidate(
      PeerId origin, Hash head, long number, BigInteger difficulty, boolean isReplacing) {}

  HeadClaims(DownloaderLimits limits, PeerSet peers) {
    this.limits = limits;
    this.peers = peers;
  }

  /** Ignores the claims of a peer until it is forgotten. */
  void disregard(PeerId peer) {
    untrusted.add(peer);
  }

  boolean follows(PeerId peer) {
    return !untrusted.contains(peer);
  }

  /**
   * Takes over a peer's claim, unless it claimed more before, or is not followed.
   *
   * @param isFresh whether it was announced, and not only claimed at connect
   */
  void claim(PeerId peer, Announcement said, boolean isFresh) {
    Claim before = claims.get(peer);
    Claim claim = new Claim(said, isFresh);
    boolean isMore =
        before == null
            || (!claim.head.equals(before.head)
                && (claim.isReplacing || before.isExceededBy(claim)));
    if (isMore && follows(peer)) {
      claims.put(peer, claim);
    }
  }

  /** A peer's head is not fetched before this time, since its block may come whole. */
  void await(PeerId peer, Hash head, long dueNanos) {
    Claim claim = claims.get(peer);
    if (claim != null && claim.head.equals(head)) {
      claim.restsUntilNanos = Math.max(claim.restsUntilNanos, dueNanos);
    }
  }

  /** Gives the claims of a block without a number its number, which a header has proven. */
  void learn(BlockId proven) {
    for (Claim claim : claims.values()) {
      if (claim.head.equals(proven.hash())) {
        claim.number = claim.number < 0 ? proven.number() : claim.number;
        claim.isNumberProven = claim.number == proven.number();
      }
    }
  }

  /** Whether a followed peer claims a head. */
  boolean isAny() {
    return !claims.isEmpty();
  }

  void forget(PeerId peer) {
    claims.remove(peer);
    untrusted.remove(peer);
  }

  /**
   * Notes that a head was synced. Claims to it are not worth another sync.
   *
   * @param difficulty as its origin claimed it, or 0
   * @param tip of the store now, which may be another block
   */
  void settle(Hash head, Optional<PeerId> origin, BigInteger difficulty, BlockId tip) {
    boolean isTip = tip.hash().equals(head);
    settledDifficulty = isTip ? difficulty : settledDifficulty;
    for (Claim claim : claims.values()) {
      if (claim.head.equals(head)) {
        claim.isSettled = true;
        settledDifficulty = isTip ? settledDifficulty.max(claim.difficulty) : settledDifficulty;
      }
    }
    origin.ifPresent(origins::forgive);
  }

  /** Headers prove that this head can never be synced, so no claim to it is worth another sync. */
  void refuse(Hash head) {
    for (Claim claim : claims.values()) {
      claim.isSettled |= claim.head.equals(head);
    }
  }

  /** A failed sync has moved the tip, which is at most as heavy as the head of the sync. */
  void noteDifficulty(BigInteger mostly) {
    settledDifficulty = mostly.signum() > 0 ? mostly : settledDifficulty;
  }

  /**
   * Notes that a head was tried in vain. Every claim to it backs off. A peer that claims it later
   * may have it, so only the origin is remembered.
   *
   * @param isCounted whether the origin backs off too, longer each time
   */
  void rest(Hash head, Optional<PeerId> origin, boolean isCounted, long nowNanos, long restNanos) {
    for (Claim claim : claims.values()) {
      if (claim.head.equals(head)) {
        claim.isFresh = false;
        claim.restsUntilNanos = nowNanos + restNanos;
      }
    }
    if (isCounted) {
      origin.ifPresent(peer -> origins.failed(peer, nowNanos, restNanos));
    }
  }

  /** A peer did not show its head, or stalled. Its heads back off, connected or not. */
  void failed(PeerId peer, long nowNanos, long restNanos) {
    origins.failed(peer, nowNanos, restNanos);
  }

  /** Begins the cool-down of a peer's heads. A reconnect does not end it. */
  void coolDown(PeerId peer, long nowNanos) {
    cooling.rest(peer, nowNanos, limits.coolDownNanos());
  }

  /** A peer served the chain of its head, so its cool-down ends. */
  void endCoolDown(PeerId peer) {
    cooling.forgive(peer);
  }

  /**
   * Whether a peer claims another head by now, so that it may have lost this one in a reorg. After
   * a second failure in a row it counts as if it still claimed this head.
   */
  boolean hasMoved(PeerId peer, Hash head) {
    Claim claim = claims.get(peer);
    return claim != null && !claim.head.equals(head) && origins.attempts(peer) < 2;
  }

  boolean isCooling(PeerId peer, long nowNanos) {
    return nowNanos < cooling.untilNanos(peer);
  }

  /**
   * Notes the number of a head, which its peer has shown by the header. False if the peer claimed
   * another number. A head that is no longer claimed changes nothing.
   */
  boolean confirm(PeerId peer, Hash head, long number) {
    Claim claim = claims.get(peer);
    if (claim == null || !claim.head.equals(head)) {
      return true;
    }
    boolean isAsClaimed = claim.number < 0 || claim.number == number;
    claim.number = number;
    claim.isConfirmed = isAsClaimed;
    claim.isNumberProven = true;
    return isAsClaimed;
  }

  /** The sync of a peer's head had its turn, and gives way to another head. */
  void gaveWay(PeerId origin, long nowNanos) {
    origins.gaveWay(origin, nowNanos);
  }

  /**
   * When the sync of a peer's head gives way to the head of another peer, which that peer has shown
   * by its header. Long.MAX_VALUE if none waits. Without this a fabricated chain that grows fast
   * would block all others for ever.
   */
  long givesWayNanos(Sync sync, BlockId tip, long nowNanos) {
    return waiting(sync, tip, nowNanos, true).map(Waiting::nanos).orElse(Long.MAX_VALUE);
  }

  /** When the next head that waits for the turn of this sync has to be shown by its peer. */
  long confirmNanos(Sync sync, BlockId tip, long nowNanos) {
    return waiting(sync, tip, nowNanos, false).map(Waiting::nanos).orElse(Long.MAX_VALUE);
  }

  /** The peer whose claimed head waits longest for the turn of this sync and is not confirmed. */
  Optional<Candidate> unconfirmed(Sync sync, BlockId tip, long nowNanos) {
    return waiting(sync, tip, nowNanos, false)
        .filter(next -> next.nanos <= nowNanos)
        .map(next -> candidate(next.peer, claims.get(next.peer), tip));
  }

  private record Waiting(PeerId peer, long nanos) {}

  /**
   * The first head that waits for the turn of a sync. The head of a peer without failed attempts
   * waits for a forced cycle.
   */
  private Optional<Waiting> waiting(Sync sync, BlockId tip, long nowNanos, boolean isConfirmed) {
    if (sync.origin.isEmpty()) {
      return Optional.empty();
    }
    return claims.entrySet().stream()
        .filter(entry -> entry.getValue().isConfirmed == isConfirmed)
        .filter(entry -> !sync.origin.get().equals(entry.getKey()) && isThere(entry.getKey()))
        .filter(entry -> isWorthy(entry.getValue(), tip) && !sync.leadsBy(entry.getValue().head))
        .map(
            entry -> {
              PeerId peer = entry.getKey();
              long over =
                  sync.startedNanos + origins.patienceNanos(peer, limits.forcedCycleNanos());
              return new Waiting(
                  peer, Math.max(over, restsUntil(peer, entry.getValue(), nowNanos)));
            })
        .min(Comparator.comparingLong(Waiting::nanos));
  }

  private boolean isThere(PeerId peer) {
    return peers.peer(peer).isPresent();
  }

  private long restsUntil(PeerId peer, Claim claim, long nowNanos) {
    long backOff = Math.max(claim.restsUntilNanos, origins.untilNanos(peer));
    return Math.max(backOff, coolsUntil(peer, nowNanos));
  }

  /** If all followed peers cool down, one of them is better than none. */
  private long coolsUntil(PeerId peer, long nowNanos) {
    if (!isCooling(peer, nowNanos)) {
      return Long.MIN_VALUE;
    }
    boolean areAll = claims.keySet().stream().allMatch(other -> isCooling(other, nowNanos));
    return areAll
        ? Math.min(cooling.untilNanos(peer), cooling.lastNanos(peer) + limits.reelectionNanos())
        : cooling.untilNanos(peer);
  }

  /** When the next back-off of a head worth a sync ends. Long.MAX_VALUE if there is none. */
  long nextNanos(BlockId tip, long nowNanos) {
    long next = Long.MAX_VALUE;
    for (Map.Entry<PeerId, Claim> entry : claims.entrySet()) {
      if (isWorthy(entry.getValue(), tip)) {
        next = Math.min(next, restsUntil(entry.getKey(), entry.getValue(), nowNanos));
      }
    }
    return next;
  }

  /** When the next head that was just announced has waited for its block. */
  long nextFreshNanos(BlockId tip, long nowNanos) {
    return claims.entrySet().stream()
        .filter(entry -> entry.getValue().isFresh && isWorthy(entry.getValue(), tip))
        .mapToLong(entry -> restsUntil(entry.getKey(), entry.getValue(), nowNanos))
        .filter(until -> until > nowNanos)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /**
   * The best claimed head that is worth a sync and does not back off. Heads of peers without failed
   * attempts come first, by total difficulty, then by number, then by the line of the peer. The
   * others follow, the peer with the oldest attempt first.
   */
  Optional<Candidate> best(BlockId tip, boolean onlyFresh, long nowNanos) {
    Comparator<Map.Entry<PeerId, Claim>> bestLast =
        Comparator.<Map.Entry<PeerId, Claim>>comparingLong(
                entry -> origins.lastNanos(entry.getKey()))
            .reversed()
            .thenComparing(entry -> entry.getValue().difficulty)
            .thenComparingLong(entry -> entry.getValue().number)
            .thenComparingLong(entry -> bytesPerSecond(entry.getKey()));
    return claims.entrySet().stream()
        .filter(entry -> isThere(entry.getKey()))
        .filter(entry -> isWorthy(entry.getValue(), tip))
        .filter(entry -> restsUntil(entry.getKey(), entry.getValue(), nowNanos) <= nowNanos)
        .filter(entry -> !onlyFresh || entry.getValue().isFresh)
        .max(bestLast)
        .map(entry -> candidate(entry.getKey(), entry.getValue(), tip));
  }

  private long bytesPerSecond(PeerId peer) {
    return peers.peer(peer).map(Peer::bytesPerSecond).orElse(0L);
  }

  private Candidate candidate(PeerId peer, Claim claim, BlockId tip) {
    return new Candidate(peer, claim.head, claim.number, claim.difficulty, isReplacing(claim, tip));
  }

  private boolean isWorthy(Claim claim, BlockId tip) {
    boolean isHigher = claim.number < 0 || claim.number > tip.number();
    return !claim.isSettled
        && !claim.head.equals(tip.hash())
        && (isHigher || isReplacing(claim, tip));
  }

  /**
   * Whether a head that is not higher replaces the tip. It does if it is heavier. It also does if
   * its peer reports a replaced chain, and no followed peer claims the tip.
   */
  private boolean isReplacing(Claim claim, BlockId tip) {
    boolean isHeavier =
        settledDifficulty.signum() > 0 && claim.difficulty.compareTo(settledDifficulty) > 0;
    boolean isNotHigher = claim.number >= 0 && claim.number <= tip.number();
    return isNotHigher && (isHeavier || (claim.isReplacing && isLeftByAll(tip)));
  }

  private boolean isLeftByAll(BlockId tip) {
    return claims.values().stream().noneMatch(other -> other.head.equals(tip.hash()));
  }

  /** The highest number that is claimed, and the first peer that claims it. */
  record Highest(long number, PeerId peer) {}

  /** The highest claimed number that is worth a sync. Empty if no number is claimed. */
  Optional<Highest> highest(BlockId tip, long nowNanos) {
    Optional<Highest> best = Optional.empty();
    for (Map.Entry<PeerId, Claim> entry : claims.entrySet()) {
      long number = entry.getValue().number;
      boolean isHigher = number > best.map(Highest::number).orElse(Head.NUMBER_UNKNOWN);
      if (isHigher && isBelieved(entry.getKey(), entry.getValue(), tip, nowNanos)) {
        best = Optional.of(new Highest(number, entry.getKey()));
      }
    }
    return best;
  }

  /** The highest number of these that a header proves, or -1. */
  long highestProven(BlockId tip, long nowNanos) {
    return claims.entrySet().stream()
        .filter(entry -> entry.getValue().isNumberProven)
        .filter(entry -> isBelieved(entry.getKey(), entry.getValue(), tip, nowNanos))
        .mapToLong(entry -> entry.getValue().number)
        .max()
        .orElse(Head.NUMBER_UNKNOWN);
  }

  /** Whether a claim that is believed is worth a sync. */
  boolean isAnyWorthy(BlockId tip, long nowNanos) {
    return claims.entrySet().stream()
        .anyMatch(entry -> isBelieved(entry.getKey(), entry.getValue(), tip, nowNanos));
  }

  /**
   * Whether a claim is shown to users. The claim of a peer that cools down, or has several failed
   * attempts, is not, if another peer claims the tip.
   */
  private boolean isBelieved(PeerId peer, Claim claim, BlockId tip, long nowNanos) {
    boolean isDoubtful = isCooling(peer, nowNanos) || origins.attempts(peer) >= ATTEMPTS_DOUBTED;
    return isWorthy(claim, tip) && (!isDoubtful || isLeftByAll(tip));
  }

  private static final class Claim {
    private final Hash head;
    private long number;
    private final BigInteger difficulty;
    private final boolean isReplacing;
    private boolean isFresh;
    private boolean isSettled;

    /** Whether its peer has shown the header, which has the claimed number. */
    private boolean isConfirmed;

    /** Whether a header of any peer proves its number. */
    private boolean isNumberProven;

    private long restsUntilNanos = Long.MIN_VALUE;

    Claim(Announcement said, boolean isFresh) {
      this.head = said.head().hash();
      this.number = said.head().number();
      this.difficulty = said.head().totalDifficulty().orElse(BigInteger.ZERO);
      this.isReplacing = said.replaces();
      this.isFresh = isFresh;
    }

    boolean isExceededBy(Claim other) {
      boolean areWeighed = difficulty.signum() > 0 && other.difficulty.signum() > 0;
      boolean isLighter =
          other.difficulty.signum() > 0 && other.difficulty.compareTo(difficulty) < 0;
      boolean isHeavier = areWeighed && other.difficulty.compareTo(difficulty) > 0;
      boolean isLower = other.number >= 0 && other.number < number;
      return isHeavier || !(isLighter || isLower);
    }
  }
}
