package dev.windlass.downloader;

import java.util.Optional;

/** Blocks that were announced whole, and go on from the tip, are on their way into the store. */
final class Taking implements Phase {
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
