package dev.windlass.downloader;

import java.util.Optional;

/** A phase that sends no request and waits for the store alone. */
abstract class StorePhase implements Phase {
  @Override
  public final boolean isClosing() {
    return true;
  }

  @Override
  public final SyncError cancelled() {
    return SyncError.CANCEL_BLOCK_FETCH;
  }

  @Override
  public final Progress.Phase name() {
    return Progress.Phase.FETCHING_BLOCKS;
  }

  @Override
  public final Phase progress() {
    return this;
  }

  @Override
  public final Optional<Progress.WaitingReason> waiting() {
    return Optional.of(Progress.WaitingReason.STORE_BUSY);
  }
}
