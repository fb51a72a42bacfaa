package dev.windlass.downloader;

import dev.windlass.chain.Hash;
import dev.windlass.chain.PeerId;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which heads wait to be hauled: the anchors that an operator named, in their order, and the newest
 * claim of each peer whose heads are followed.
 *
 * <p>Owned by the downloader. Claims only grow: a lower number or total difficulty than the same
 * peer claimed before is not taken over. Bounded by the anchors' limit and the number of peers.
 */
final class HeadClaims {
  private static final Comparator<Claim> BEST_LAST =
      Comparator.<Claim, BigInteger>comparing(claim -> claim.difficulty)
          .thenComparingLong(claim -> claim.number);

  private final int anchorsMax;

  /** When each anchor may be tried, in the order in which they came. */
  private final Map<Hash, Long> anchors = new LinkedHashMap<>();

  private final Map<PeerId, Claim> claims = new LinkedHashMap<>();

  /** Peers that nobody vouched for. */
  private final Set<PeerId> strangers = new HashSet<>();

  HeadClaims(int anchorsMax) {
    this.anchorsMax = anchorsMax;
  }

  /** False where no more can wait. */
  boolean addAnchor(Hash anchor, long fromNanos) {
    if (!anchors.containsKey(anchor) && anchors.size() >= anchorsMax) {
      return false;
    }
    anchors.put(anchor, fromNanos);
    return true;
  }

  void removeAnchor(Hash anchor) {
    anchors.remove(anchor);
  }

  boolean hasAnchors() {
    return !anchors.isEmpty();
  }

  /** The anchor that has waited longest, so that none keeps another from its turn. */
  Optional<Hash> readyAnchor(long nowNanos) {
    return anchors.entrySet().stream()
        .filter(anchor -> anchor.getValue() <= nowNanos)
        .min(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey);
  }

  long nextAnchorNanos() {
    long next = Long.MAX_VALUE;
    for (long from : anchors.values()) {
      next = Math.min(next, from);
    }
    return next;
  }

  /** From now on nothing that a peer claims is taken over, until it is forgotten. */
  void disregard(PeerId peer) {
    strangers.add(peer);
  }

  boolean follows(PeerId peer) {
    return !strangers.contains(peer);
  }

  /**
   * Takes over what a peer claims, unless it claimed more before, or is a stranger.
   *
   * @param isFresh whether it was just announced, as against said when it connected
   */
  void claim(PeerId peer, Announcement said, boolean isFresh) {
    Claim before = claims.get(peer);
    Claim claim = new Claim(said, isFresh);
    boolean isMore =
        before == null || (!claim.head.equals(before.head) && before.isExceededBy(claim));
    if (isMore && follows(peer)) {
      claims.put(peer, claim);
    }
  }

  void forget(PeerId peer) {
    claims.remove(peer);
    strangers.remove(peer);
  }

  /** Notes that a head was hauled: nobody's claim to it is worth another haul. */
  void settle(Hash head) {
    for (Claim claim : claims.values()) {
      claim.isSettled |= claim.head.equals(head);
    }
  }

  /** Notes that a head was tried in vain; another peer that claims it may have it yet. */
  void rest(Hash head, long untilNanos) {
    for (Claim claim : claims.values()) {
      if (claim.head.equals(head)) {
        claim.isFresh = false;
        claim.restsUntilNanos = untilNanos;
      }
    }
  }

  /** When the next head that may be worth a haul has rested; Long.MAX_VALUE where there is none. */
  long nextClaimNanos(long tipNumber) {
    long next = Long.MAX_VALUE;
    for (Claim claim : claims.values()) {
      if (claim.isWorthy(tipNumber)) {
        next = Math.min(next, claim.restsUntilNanos);
      }
    }
    return next;
  }

  /** The best head that a peer claims, that has rested and that may be worth a haul. */
  Optional<Map.Entry<PeerId, Hash>> best(
      long tipNumber, boolean onlyFresh, long nowNanos, Predicate<PeerId> suits) {
    return claims.entrySet().stream()
        .filter(entry -> suits.test(entry.getKey()))
        .filter(entry -> entry.getValue().isWorthy(tipNumber))
        .filter(entry -> entry.getValue().restsUntilNanos <= nowNanos)
        .filter(entry -> !onlyFresh || entry.getValue().isFresh)
        .max(Map.Entry.comparingByValue(BEST_LAST))
        .map(entry -> Map.entry(entry.getKey(), entry.getValue().head));
  }

  private static final class Claim {
    private final Hash head;
    private final long number;
    private final BigInteger difficulty;
    private boolean isFresh;
    private boolean isSettled;
    private long restsUntilNanos = Long.MIN_VALUE;

    Claim(Announcement said, boolean isFresh) {
      this.head = said.head();
      this.number = said.number();
      this.difficulty = said.totalDifficulty().orElse(BigInteger.ZERO);
      this.isFresh = isFresh;
    }

    boolean isExceededBy(Claim other) {
      boolean saysLess =
          (other.number >= 0 && other.number < number)
              || (other.difficulty.signum() > 0 && other.difficulty.compareTo(difficulty) < 0);
      return !saysLess;
    }

    boolean isWorthy(long tipNumber) {
      return !isSettled && (number < 0 || number > tipNumber);
    }
  }
}
