package dev.windlass.node;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.downloader.verticle.DownloaderListener;
import java.util.Optional;
import java.util.OptionalLong;
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

  /** Which source names the newest, and which named the announced one. */
  private int newestSource;

  private int announcedSource;

  /** Announced, and not synced yet. Null if there is none. */
  private Head announced;

  /** Whether the last attempt to sync it has failed. Then it is tried again. */
  private boolean hasFailed;

  /**
   * Since when no head of this source was synced. Empty if none has failed since. A source whose
   * head moves has a new one before the last one has failed for long.
   */
  private OptionalLong failingSinceNanos = OptionalLong.empty();

  private final LongSupplier nanos;

  /**
   * @param nanos the time
   */
  SourcedHeads(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * From now on it passes the head of a source here if no peer has served any head of that source
   * for {@link #AGE_NANOS_MAX}.
   */
  void onUnserved(Consumer<Head> listener) {
    onUnserved = listener;
  }

  /** From now on it announces to this node. */
  synchronized void announceTo(Node started) {
    node = started;
  }

  /**
   * This head counts now.
   *
   * @param source the number of the source that names it
   */
  synchronized void saw(Head head, int source) {
    newest = head;
    newestSource = source;
    if (announced == null || hasFailed) {
      announceNewest();
    }
  }

  private void announceNewest() {
    if (announced != null) {
      node.withdraw(announced.hash());
    }
    if (announcedSource != newestSource) {
      failingSinceNanos = OptionalLong.empty();
    }
    announced = newest;
    announcedSource = newestSource;
    hasFailed = false;
    node.announce(HeadBoard.Source.RPC, announced);
  }

  @Override
  public synchronized void syncDone(SyncSummary summary) {
    if (isAnnounced(summary.anchor())) {
      boolean isMore = !newest.equals(announced);
      announced = null;
      failingSinceNanos = OptionalLong.empty();
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
      failingSinceNanos = OptionalLong.empty();
    }
  }

  private void failed(Hash head) {
    unserved(head).ifPresent(onUnserved);
  }

  /**
   * The newest head, if its source has failed for too long. The listener must not be called under
   * the lock.
   */
  private synchronized Optional<Head> unserved(Hash head) {
    if (!isAnnounced(head)) {
      return Optional.empty();
    }
    long now = nanos.getAsLong();
    failingSinceNanos = OptionalLong.of(failingSinceNanos.orElse(now));
    if (newest.equals(announced)) {
      hasFailed = true;
    } else {
      announceNewest();
    }
    if (failingSinceNanos.isEmpty() || now - failingSinceNanos.getAsLong() < AGE_NANOS_MAX) {
      return Optional.empty();
    }
    failingSinceNanos = OptionalLong.empty();
    return Optional.of(announced);
  }

  private boolean isAnnounced(Hash head) {
    return announced != null && announced.hash().equals(head);
  }
}
