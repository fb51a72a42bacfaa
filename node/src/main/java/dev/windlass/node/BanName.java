package dev.windlass.node;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.RemoteHost;
import java.util.regex.Pattern;

/**
 * The name of a ban as users write it: a peer as in {@code windlass peers}, its enode, or the
 * numeric address of a host.
 *
 * @param peer the banned peer, or the name of the ban of a host
 */
public record BanName(PeerId peer) {
  public static final String EXPECTED =
      "expected a peer as in 'windlass peers', an enode, or an address such as 203.0.113.7";

  /**
   * No other name of a peer begins a ban: a node, a file, a host, a JSON-RPC node or an era mirror.
   */
  private static final Pattern PEER =
      Pattern.compile("(enode|file|host|https?|wss?|era[+]https?):.{1,4096}");

  /** Reads a name. Throws an IllegalArgumentException if it is none. */
  public static BanName parse(String text) {
    if (text.startsWith("enode://")) {
      return new BanName(PeerId.of("enode:" + Enode.parse(text).id()));
    }
    PeerId peer = PeerId.of(text);
    String host = PeerBan.host(peer).orElse(text);
    return RemoteHost.of(host)
        .map(remote -> new BanName(PeerBan.ofHost(remote.toString())))
        .orElseGet(() -> ofPeer(peer));
  }

  private static BanName ofPeer(PeerId peer) {
    if (!PEER.matcher(peer.name()).matches() || PeerBan.host(peer).isPresent()) {
      throw new IllegalArgumentException(EXPECTED);
    }
    return new BanName(peer);
  }
}
