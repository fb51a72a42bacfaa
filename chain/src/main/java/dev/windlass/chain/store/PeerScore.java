package dev.windlass.chain.store;

import dev.windlass.chain.exchange.PeerId;
import java.time.Instant;
import java.util.Objects;

/**
 * The points of a peer at a time.
 *
 * @param lasting points that stay for a day
 * @param lastingSince when the last of them were added
 * @param fading points at the time, of which half are left a minute later
 */
public record PeerScore(PeerId peer, int lasting, Instant lastingSince, int fading, Instant at) {
  public PeerScore {
    Objects.requireNonNull(peer);
    Objects.requireNonNull(lastingSince);
    Objects.requireNonNull(at);
  }

  public boolean isZero() {
    return lasting == 0 && fading == 0;
  }
}
