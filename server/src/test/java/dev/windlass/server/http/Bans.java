package dev.windlass.server.http;

import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.PeerBan;
import java.time.Instant;

/** Bans for tests. */
final class Bans {
  private Bans() {}

  static PeerBan fabricated(PeerId peer, Instant since, Instant until) {
    return new PeerBan(peer, "host:1", since, until, 2, Offence.FABRICATED, "it lied");
  }
}
