package dev.windlass.node;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BanStore;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.p2p.PeerDirectory;
import dev.windlass.wire.devp2p.RemoteHost;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/** The bans of a running node, as an operator changes them. */
final class PeerBans implements BanControl {
  private final BanStore store;
  private final DownloaderVerticle downloader;
  private final PeerDirectory peers;

  PeerBans(BanStore store, DownloaderVerticle downloader, PeerDirectory peers) {
    this.store = store;
    this.downloader = downloader;
    this.peers = peers;
  }

  @Override
  public Future<Void> ban(BanName name, Duration duration, String reason) {
    Future<Void> banned = downloader.ban(name.peer(), reason, duration.toNanos());
    return banned.onSuccess(
        done ->
            PeerBan.host(name.peer())
                .flatMap(RemoteHost::of)
                .map(peers::untrustedFrom)
                .ifPresent(from -> from.forEach(downloader::drop)));
  }

  @Override
  public Future<Boolean> pardon(BanName name) {
    boolean wasBanned = peers.ban(name.peer(), peers.now()).isPresent();
    return downloader.pardon(name.peer()).map(wasBanned);
  }

  @Override
  public Optional<byte[]> evidence(PeerId peer) {
    return store.banEvidence(peer);
  }
}
