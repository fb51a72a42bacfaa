package dev.windlass.downloader;

import java.util.Optional;

/**
 * The last phase, in which no request is left to send. All blocks are stored. The store removes the
 * links and writes everything to disk.
 */
final class Closing implements Phase {
  private boolean isDone;

  @Override
  public void onFinished() {
    isDone = true;
  }

  @Override
  public boolean isDone() {
    return isDone;
  }

  @Override
  public boolean isClosing() {
    return true;
  }

  @Override
  public SyncError cancelled() {
    return SyncError.CANCEL_BLOCK_FETCH;
  }

  @Override
  public Progress.Phase name() {
    return Progress.Phase.FETCHING_BLOCKS;
  }

  @Override
  public Phase progress() {
    return this;
  }

  @Override
  public Optional<Progress.WaitingReason> waiting() {
    return Optional.of(Progress.WaitingReason.STORE_BUSY);
  }
}
