package dev.windlass.chain.store;

import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The ban of a peer, or of a host. Until it ends, the peer is neither dialled nor accepted, and no
 * other node is accepted from its address.
 *
 * @param peer the banned peer. The ban of a host alone is named {@link #ofHost}
 * @param address the address of the peer, or the host. Empty if it has none
 * @param times how often it was banned, this time included
 * @param evidence what was wrong, in words
 */
public record PeerBan(
    PeerId peer,
    String address,
    Instant since,
    Instant until,
    int times,
    Offence offence,
    String evidence) {
  private static final String HOST = "host:";

  public PeerBan {
    Objects.requireNonNull(peer);
    Objects.requireNonNull(address);
    Objects.requireNonNull(since);
    Objects.requireNonNull(until);
    Objects.requireNonNull(offence);
    Objects.requireNonNull(evidence);
  }

  /** The name of the ban of a host alone. */
  public static PeerId ofHost(String host) {
    return PeerId.of(HOST + host);
  }

  /** The host that this name stands for. Empty if it is the name of a node. */
  public static Optional<String> host(PeerId peer) {
    return peer.name().startsWith(HOST)
        ? Optional.of(peer.name().substring(HOST.length()))
        : Optional.empty();
  }

  public boolean holds(Instant now) {
    return now.isBefore(until);
  }
}
