package dev.windlass.downloader;

import dev.windlass.chain.exchange.Evidence;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BanStore;
import dev.windlass.peerset.BanScore;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What peers did wrong: their scores, their bans, and which of them an operator trusts. A peer is
 * remembered even if it is not connected, so that a reconnect does not reset it.
 *
 * <p>Owned by the core. It holds at most {@link BanStore#PEERS_MAX} scores and as many bans, of
 * which the oldest is removed first.
 */
public final class Conduct {
  private static final long TRUSTED_REST_NANOS = 60_000_000_000L;

  /**
   * @param isOperators whether an operator has banned the peer
   */
  private record Ban(long untilNanos, int times, boolean isOperators) {}

  private static final Ban NONE = new Ban(Long.MIN_VALUE, 0, false);

  private final long banNanos;
  private final Map<PeerId, BanScore> scores = new LinkedHashMap<>();
  private final Map<PeerId, Ban> bans = new LinkedHashMap<>();
  private final BackOff<PeerId> trustedRests = new BackOff<>();
  private final Set<PeerId> trusted = new HashSet<>();

  Conduct(long banNanos) {
    this.banNanos = banNanos;
  }

  /**
   * An operator trusts this peer. It gets no points, and a fault costs it a short back-off.
   *
   * @return whether it was banned before for its faults, which it is not any longer
   */
  boolean trust(PeerId peer) {
    trusted.add(peer);
    scores.remove(peer);
    return !ban(peer).isOperators && bans.remove(peer) != null;
  }

  /** Whether an operator trusts it. A fault costs it a short back-off in place of a ban. */
  boolean isTrusted(PeerId peer) {
    return trusted.contains(peer);
  }

  public boolean isBanned(PeerId peer, long nowNanos) {
    return nowNanos < Math.max(ban(peer).untilNanos, trustedRests.untilNanos(peer));
  }

  private Ban ban(PeerId peer) {
    return bans.getOrDefault(peer, NONE);
  }

  /** The points of a peer. */
  public int score(PeerId peer, long nowNanos) {
    BanScore score = scores.get(peer);
    return score == null ? 0 : score.value(nowNanos);
  }

  boolean isBannable(PeerId peer, long nowNanos) {
    return score(peer, nowNanos) > BanScore.BAN_ABOVE;
  }

  /**
   * Adds the points of an offence, so many times.
   *
   * @return the new score if it must be kept or reported
   */
  Optional<Action.ScorePeer> add(PeerId peer, Offence offence, int times, long nowNanos) {
    if (isTrusted(peer)) {
      return Optional.empty();
    }
    BanScore score = scores.remove(peer);
    if (score == null) {
      score = new BanScore();
    }
    put(scores, peer, score);
    boolean wasHigh = score.value(nowNanos) > BanScore.WARN_ABOVE;
    score.add(times * offence.lasting(), times * offence.fading(), nowNanos);
    boolean isWarning = !wasHigh && score.value(nowNanos) > BanScore.WARN_ABOVE;
    return isWarning || offence.lasting() > 0
        ? Optional.of(
            snapshot(peer, score, isWarning ? Optional.of(offence) : Optional.empty(), nowNanos))
        : Optional.empty();
  }

  /** The score of a peer that may not come back soon. Empty if it has none. */
  Optional<Action.ScorePeer> leaving(PeerId peer, long nowNanos) {
    return Optional.ofNullable(scores.get(peer))
        .filter(score -> score.fading(nowNanos) > 0)
        .map(score -> snapshot(peer, score, Optional.empty(), nowNanos));
  }

  private static Action.ScorePeer snapshot(
      PeerId peer, BanScore score, Optional<Offence> warned, long nowNanos) {
    return new Action.ScorePeer(
        peer,
        score.lasting(nowNanos),
        score.lasting(nowNanos) == 0 ? 0 : nowNanos - score.lastingSinceNanos(),
        score.fading(nowNanos),
        warned);
  }

  /** Bans a peer. Its points are served with the ban. */
  Action.BanPeer ban(
      PeerId peer, Offence offence, String words, Optional<Evidence> proof, long nowNanos) {
    scores.remove(peer);
    boolean isShort = isTrusted(peer) && offence != Offence.OPERATOR;
    if (isShort) {
      trustedRests.failed(peer, nowNanos, Math.min(TRUSTED_REST_NANOS, banNanos));
    }
    long nanos = isShort ? trustedRests.untilNanos(peer) - nowNanos : banNanos;
    return ban(peer, offence, words, proof, nanos, nowNanos);
  }

  /** Bans a peer for a time. */
  Action.BanPeer ban(
      PeerId peer,
      Offence offence,
      String words,
      Optional<Evidence> proof,
      long nanos,
      long nowNanos) {
    int times = ban(peer).times + 1;
    remember(peer, nowNanos + nanos, times, offence == Offence.OPERATOR);
    return new Action.BanPeer(peer, offence, words, proof, nanos, times);
  }

  /** A ban of an earlier run. */
  void remember(PeerId peer, long untilNanos, int times, boolean isOperators) {
    bans.remove(peer);
    put(bans, peer, new Ban(untilNanos, times, isOperators));
  }

  /** A score of an earlier run. */
  void remember(PeerId peer, BanScore score) {
    put(scores, peer, score);
  }

  /** An operator forgives a peer everything. */
  void pardon(PeerId peer) {
    bans.remove(peer);
    scores.remove(peer);
    trustedRests.forgive(peer);
  }

  private static <T> void put(Map<PeerId, T> entries, PeerId peer, T entry) {
    entries.put(peer, entry);
    if (entries.size() > BanStore.PEERS_MAX) {
      entries.remove(entries.keySet().iterator().next());
    }
  }
}
