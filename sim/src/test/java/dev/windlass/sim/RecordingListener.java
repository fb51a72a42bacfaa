package dev.windlass.sim;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.downloader.ChainEvent;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.downloader.links.BannedBlocks;
import dev.windlass.downloader.links.StoreChange;
import dev.windlass.downloader.verticle.DownloaderListener;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** The first of each thing that a listener hears. */
final class RecordingListener implements DownloaderListener {
  final CompletableFuture<Long> started = new CompletableFuture<>();
  final CompletableFuture<SyncSummary> done = new CompletableFuture<>();
  final CompletableFuture<SyncError> error = new CompletableFuture<>();
  final CompletableFuture<SyncError> refused = new CompletableFuture<>();
  final CompletableFuture<Offence> banned = new CompletableFuture<>();
  final CompletableFuture<Throwable> failed = new CompletableFuture<>();

  /** What became of the stored chain. A string says that a banned block was removed. */
  final List<Object> chain = new CopyOnWriteArrayList<>();

  @Override
  public void rewound(BannedBlocks.Rewind rewind) {
    chain.add("rewound " + rewind.banned());
  }

  @Override
  public void changed(StoreChange change, long elapsedNanos) {
    chain.add(change);
  }

  @Override
  public void onChain(ChainEvent event) {
    chain.add(event);
  }

  @Override
  public void syncStarted(long sync, Hash anchor, Optional<PeerId> origin) {
    started.complete(sync);
  }

  @Override
  public void syncDone(SyncSummary summary) {
    done.complete(summary);
  }

  @Override
  public void syncFailed(SyncSummary summary, SyncError syncError, String explanation) {
    error.complete(syncError);
  }

  @Override
  public void headRefused(Hash head, SyncError syncError) {
    refused.complete(syncError);
  }

  @Override
  public void peerBanned(PeerBan ban) {
    banned.complete(ban.offence());
  }

  @Override
  public void failed(Throwable cause) {
    if (!failed.complete(cause)) {
      throw new IllegalStateException("told twice", cause);
    }
  }
}
