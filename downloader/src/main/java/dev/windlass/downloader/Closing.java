package dev.windlass.downloader;

import java.util.Optional;

/**
 * Nothing is left to ask: the store has the last word. Either every block is stored, the links go
 * and a sync write makes all of it last; or blocks that were announced whole are being inserted.
 */
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
