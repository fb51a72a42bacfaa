package dev.windlass.downloader;

import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.Gap;
import dev.windlass.downloader.links.StoreJob;

/**
 * What follows from the failure of a sync: what is reported, which links are forgotten, when it is
 * tried again and which peer is blamed.
 *
 * <p>Owned by the downloader, which removes the sync between {@link #report} and {@link #blame}.
 */
final class FailedSync {
  /** The longest back-off after a first failure, as long as the forced cycle of 2015. */
  private static final long REST_NANOS_MAX = 10_000_000_000L;

  private final CoreState context;
  private final Sync sync;

  FailedSync(CoreState context, Sync sync) {
    this.context = context;
    this.sync = sync;
  }

  void report() {
    SyncError error = sync.error();
    if (sync.isUnserved()) {
      // A gap that no peer serves is the usual case, and no failure.
      Gap gap = sync.gap.orElseThrow();
      context.act(new Action.BlocksUnserved(gap.first(), gap.last().number()));
    } else {
      context.tally.syncsFailed += sync.isGivingWay() ? 0 : 1;
      context.act(new Action.SyncFailed(sync.summary(context), error, sync.explanation()));
    }
    if (sync.gap.isEmpty() && error.doubtsClaims(sync.hasProgressed())) {
      boolean isTrusted = sync.isOperators() || !error.doubtsHeaders();
      context.store(new StoreJob.Discard(sync.chain, isTrusted));
    }
    sync.rest(context, Math.min(REST_NANOS_MAX, context.limits.forcedCycleNanos()));
  }

  /** The operator wants the connection to a trusted peer, so silence does not end it. */
  private boolean isDropped(PeerId peer, SyncError error) {
    return error != SyncError.TIMEOUT || !context.conduct.isTrusted(peer);
  }

  void blame() {
    SyncError error = sync.error();
    if (error == SyncError.CHECKPOINT_MISMATCH) {
      if (!sync.isOperators()) {
        context.refuseHash(sync.anchor, sync.explanation());
      }
      sync.blamed()
          .ifPresent(
              peer -> context.punish(peer, Offence.WRONG_CHAIN, sync.explanation(), sync.proof()));
    } else if (error.dropsOrigin()) {
      sync.blamed().filter(peer -> isDropped(peer, error)).ifPresent(p -> context.drop(p, error));
    }
  }
}
