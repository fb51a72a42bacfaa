package dev.windlass.downloader;

import java.util.Optional;

/** The store is asked what it has already of the chain; nothing else happens meanwhile. */
final class Preparing implements Phase {
  @Override
  public Progress.Phase name() {
    return Progress.Phase.PREPARING;
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
