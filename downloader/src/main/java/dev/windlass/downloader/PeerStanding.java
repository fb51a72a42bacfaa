package dev.windlass.downloader;

import dev.windlass.chain.exchange.Evidence;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BanStore;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.chain.store.PeerScore;
import dev.windlass.peerset.BanScore;
import dev.windlass.peerset.Preference;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Changes how one peer is treated, for reasons that lie outside of its answers.
 *
 * <p>Given out by the core for one event.
 */
public final class PeerStanding {
  private static final String ASKS_TOO_MUCH =
      "it asked for so much within minutes that its score is above " + BanScore.BAN_ABOVE;

  private final CoreState context;
  private final PeerId peer;

  PeerStanding(CoreState context, PeerId peer) {
    this.context = context;
    this.peer = peer;
  }

  /** Sets whether it is asked before others. */
  public void prefer(Preference preference) {
    context.peers.prefer(peer, preference);
  }

  /** An operator trusts it. From now on it gets no points, and a fault costs a short back-off. */
  public void trust() {
    if (context.conduct.trust(peer)) {
      context.act(new Action.PardonPeer(peer));
    }
  }

  /** An operator bans it. */
  public void ban(String reason, long nanos) {
    Action.BanPeer ban =
        context.conduct.ban(
            peer, Offence.OPERATOR, reason, Optional.empty(), nanos, context.nowNanos);
    context.forget(peer);
    context.act(ban);
  }

  /**
   * Bans it, whether or not it is connected. A file of a mirror is banned under its own name, and
   * its mirror is asked for its other files.
   */
  public void refuse(Offence offence, String words, Optional<Evidence> proof) {
    context.ban(peer, offence, words, proof);
  }

  /** An operator ends its ban, and forgets its points. */
  public void pardon() {
    context.conduct.pardon(peer);
    context.act(new Action.PardonPeer(peer));
  }

  /** Disconnects it, since its host is banned. */
  public void drop() {
    context.drop(peer, SyncError.BAD_PEER);
  }

  /** It has asked for so much that this costs points. */
  public void asked(int points) {
    context.addPoints(peer, Offence.HEAVY_ASKING, points, ASKS_TOO_MUCH);
  }

  /**
   * Takes over the bans and scores of an earlier run, and removes those that have ended.
   *
   * @param now the time of the wall clock at {@code nowNanos}
   */
  public static void restore(Downloader core, BanStore store, Instant now, long nowNanos) {
    for (PeerBan ban : store.peerBans()) {
      if (ban.holds(now)) {
        long untilNanos = nowNanos + Duration.between(now, ban.until()).toNanos();
        core.conduct()
            .remember(ban.peer(), untilNanos, ban.times(), ban.offence() == Offence.OPERATOR);
      } else {
        store.removePeerBan(ban.peer());
      }
    }
    for (PeerScore kept : store.peerScores()) {
      BanScore score = new BanScore();
      score.add(kept.lasting(), 0, nowNanos - age(kept.lastingSince(), now));
      score.add(0, kept.fading(), nowNanos - age(kept.at(), now));
      if (score.value(nowNanos) > 0) {
        core.conduct().remember(kept.peer(), score);
      } else {
        store.putPeerScore(new PeerScore(kept.peer(), 0, now, 0, now));
      }
    }
  }

  private static long age(Instant then, Instant now) {
    return Math.max(0, Duration.between(then, now).toNanos());
  }
}
