package dev.windlass.node;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.downloader.verticle.DownloaderListener;

/**
 * Announces the heads of one source, one after the other. While one is being synced, only the
 * newest of the others waits, so a source cannot fill the queue of the anchors. If the sync of a
 * head fails, and the source names another one, that takes its place: the first may have been
 * replaced by a reorg.
 *
 * <p>Thread-safe. It listens to the downloader of the node to which it announces.
 */
final class SourcedHeads implements DownloaderListener {
  /** Null until the node has started. */
  private Node node;

  private Head newest;

  /** Announced, and not synced yet. Null if there is none. */
  private Head announced;

  /** Whether the last attempt to sync it has failed. Then it is tried again. */
  private boolean hasFailed;

  /** From now on it announces to this node. */
  synchronized void announceTo(Node started) {
    node = started;
  }

  /** The source names this head now. */
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

  private synchronized void failed(Hash head) {
    if (isAnnounced(head)) {
      hasFailed = true;
      if (!newest.equals(announced)) {
        announceNewest();
      }
    }
  }

  private boolean isAnnounced(Hash head) {
    return announced != null && announced.hash().equals(head);
  }
}
