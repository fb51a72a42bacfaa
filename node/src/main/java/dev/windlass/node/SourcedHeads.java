package dev.windlass.node;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.downloader.verticle.DownloaderListener;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Announces the heads of the sources, one after the other. While one is being synced, only the
 * newest of the others waits, so the sources cannot fill the queue of the anchors. If the sync of a
 * head fails, and another one counts, that takes its place: the first may have been replaced by a
 * reorg.
 *
 * <p>Thread-safe. It listens to the downloader of the node to which it announces.
 */
final class SourcedHeads implements DownloaderListener {
  /** How long a head may fail, or is kept if no source names it any more. */
  static final long AGE_NANOS_MAX = TimeUnit.MINUTES.toNanos(10);

  private volatile Consumer<Head> onUnserved = head -> {};

  /** Null until the node has started. */
  private Node node;

  private Head newest;

  /** Announced, and not synced yet. Null if there is none. */
  private Head announced;

  /** Whether the last attempt to sync it has failed. Then it is tried again. */
  private boolean hasFailed;

  private long failingSinceNanos;
  private final LongSupplier nanos;

  /**
   * @param nanos the time
   */
  SourcedHeads(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** From now on it passes each head here that no peer has served for {@link #AGE_NANOS_MAX}. */
  void onUnserved(Consumer<Head> listener) {
    onUnserved = listener;
  }

  /** From now on it announces to this node. */
  synchronized void announceTo(Node started) {
    node = started;
  }

  /** This head counts now. */
  synchronized void saw(Head head) {
    newest = head;
    if (announced == null || hasFailed) {
      announceNewest();
    }
  }

  private void announceNewest() {
    if (announced != null) {
      node.withdraw(announced.hash());
    }
    announced = newest;
    hasFailed = false;
    node.announce(HeadBoard.Source.RPC, announced);
  }

  @Override
  public synchronized void syncDone(SyncSummary summary) {
    if (isAnnounced(summary.anchor())) {
      boolean isMore = !newest.equals(announced);
      announced = null;
      if (isMore) {
        announceNewest();
      }
    }
  }

  @Override
  public void syncFailed(SyncSummary summary, SyncError error, String explanation) {
    failed(summary.anchor());
  }

  @Override
  public void headRefused(Hash head, SyncError error) {
    failed(head);
  }

  /** No head counts any more. One that fails is given up. */
  synchronized void lost() {
    if (announced != null && hasFailed) {
      node.withdraw(announced.hash());
      announced = null;
    }
  }

  private void failed(Hash head) {
    unserved(head).ifPresent(onUnserved);
  }

  /** The head, if it has failed for too long. Its listener must not be called under the lock. */
  private synchronized Optional<Head> unserved(Hash head) {
    if (!isAnnounced(head)) {
      return Optional.empty();
    }
    if (!newest.equals(announced)) {
      announceNewest();
      return Optional.empty();
    }
    long now = nanos.getAsLong();
    if (!hasFailed) {
      hasFailed = true;
      failingSinceNanos = now;
    }
    return now - failingSinceNanos >= AGE_NANOS_MAX ? Optional.of(announced) : Optional.empty();
  }

  private boolean isAnnounced(Hash head) {
    return announced != null && announced.hash().equals(head);
  }
}
