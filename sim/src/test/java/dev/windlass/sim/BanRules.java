package dev.windlass.sim;

import dev.windlass.chain.exchange.EvidenceCodec;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BanStore;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.downloader.Action;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What must hold of each ban and each point: bytes prove a ban, its peer is asked nothing until it
 * ends, and no mere claim costs points.
 */
final class BanRules {
  /** Offences of answers, whose bytes are always kept. */
  private static final Set<Offence> KEPT = EnumSet.of(Offence.FABRICATED, Offence.UNLINKED);

  private BanRules() {}

  /** The bytes prove the fault, after they were written and read. */
  static Optional<String> violation(Action.BanPeer ban) {
    if (ban.proof().isEmpty()) {
      return KEPT.contains(ban.offence())
          ? Optional.of("the ban of " + ban.peer() + " has no bytes: " + ban.evidence())
          : Optional.empty();
    }
    byte[] bytes = EvidenceCodec.encode(ban.proof().get());
    return EvidenceCodec.decode(bytes).offence().equals(Optional.of(ban.offence()))
        ? Optional.empty()
        : Optional.of("the ban of " + ban.peer() + " is not proven: " + ban.evidence());
  }

  /** A peer that serves all that it has keeps no block back, whatever it claims. */
  static Optional<String> violation(Action.ScorePeer score, Fault fault) {
    return fault == Fault.NONE && score.lasting() > 0
        ? Optional.of(score.peer() + " has points for a block that it does not have")
        : Optional.empty();
  }

  /** A peer whose ban is stored and holds is not asked, also after a restart. */
  static Optional<String> violation(BanStore store, PeerId asked, Instant now) {
    for (PeerBan ban : store.peerBans()) {
      if (ban.peer().equals(asked) && ban.holds(now)) {
        return Optional.of(asked + " is asked during its ban");
      }
    }
    return Optional.empty();
  }
}
