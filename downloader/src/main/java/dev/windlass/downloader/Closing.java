package dev.windlass.downloader;

import java.util.Optional;

/** Every block is stored; the links go, and a sync write makes all of it last. */
final class Closing implements Phase {
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
