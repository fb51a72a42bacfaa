package dev.windlass.downloader;

import java.util.Optional;

/** No sync: what is waited for is a head, or a peer for one that is wanted. */
final class Idle implements Phase {
  private final CoreState context;
  private final NextSync nextSync;

  Idle(CoreState context, NextSync nextSync) {
    this.context = context;
    this.nextSync = nextSync;
  }

  @Override
  public Progress.Phase name() {
    return Progress.Phase.IDLE;
  }

  @Override
  public Phase progress() {
    return this;
  }

  @Override
  public Optional<Progress.WaitingReason> waiting() {
    if (!nextSync.isWanting()) {
      return context.isHeadKnown() ? Optional.empty() : Optional.of(Progress.WaitingReason.NO_HEAD);
    }
    if (context.peers.size() == 0) {
      return Optional.of(Progress.WaitingReason.NO_PEERS);
    }
    return Optional.of(
        nextSync.isChoosing()
            ? Progress.WaitingReason.CHOOSING_HEAD
            : Progress.WaitingReason.HEAD_UNSERVED);
  }
}
