package dev.windlass.downloader;

import dev.windlass.downloader.links.HashChain;
import java.util.List;
import java.util.Optional;

/**
 * The phase in which the store looks up the links that it already holds of the chain. No requests
 * are sent meanwhile.
 */
final class Preparing implements Phase {
  private final CoreState context;
  private final Sync sync;

  Preparing(CoreState context, Sync sync) {
    this.context = context;
    this.sync = sync;
  }

  @Override
  public Phase onPrepared(HashChain chain, List<Long> joinHeights) {
    sync.resume(chain);
    return new HashFetch(context, sync, joinHeights);
  }

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
