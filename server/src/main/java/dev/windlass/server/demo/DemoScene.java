package dev.windlass.server.demo;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.downloader.verticle.DownloaderListener;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Completes when a scene of the demo has come to its end. Any thread may wait for one. */
final class DemoScene implements DownloaderListener {
  private final Map<String, CompletableFuture<Void>> awaited = new ConcurrentHashMap<>();

  CompletableFuture<Void> ban(PeerId peer) {
    return of("ban " + peer);
  }

  /** The end of a sync whose head a peer claimed. */
  CompletableFuture<Void> failure(PeerId peer) {
    return of("failure " + peer);
  }

  private CompletableFuture<Void> of(String end) {
    return awaited.computeIfAbsent(end, key -> new CompletableFuture<>());
  }

  @Override
  public void peerBanned(PeerBan ban) {
    ban(ban.peer()).complete(null);
  }

  @Override
  public void syncFailed(SyncSummary summary, SyncError error, String explanation) {
    summary.origin().ifPresent(peer -> failure(peer).complete(null));
  }
}
