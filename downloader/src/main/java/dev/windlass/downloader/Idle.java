package dev.windlass.downloader;

import java.util.Optional;

/** The phase between syncs. It waits for a head, or for a peer that serves a wanted head. */
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
    if (context.isPaused()) {
      return Optional.of(Progress.WaitingReason.PAUSED);
    }
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
