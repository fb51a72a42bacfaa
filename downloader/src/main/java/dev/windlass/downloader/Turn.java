package dev.windlass.downloader;

/**
 * Decides when the sync of a peer's head gives way to an operator's anchor or to another peer's
 * head. Without it an endless fabricated chain would block all other syncs.
 *
 * <p>Owned by the downloader. A sync whose turn is over requests only the blocks that are missing
 * between those it has. It gives way when they have arrived.
 */
final class Turn {
  private static final long NEVER = Long.MAX_VALUE;

  private final CoreState context;
  private final NextSync nextSync;

  Turn(CoreState context, NextSync nextSync) {
    this.context = context;
    this.nextSync = nextSync;
  }

  /** The sync of an operator's anchor never gives way, and a piece of a gap is short. */
  private static boolean mayEnd(Sync sync, Phase phase) {
    return sync != null && sync.origin.isPresent() && !sync.hasFailed() && !phase.isClosing();
  }

  /** When {@link #onTime} or {@link #end} has something to do. */
  long nextNanos(Sync sync, Phase phase) {
    if (!mayEnd(sync, phase)) {
      return NEVER;
    }
    return sync.isWindingDown() ? sync.windsDownNanos() : nextSync.givesWayNanos(sync);
  }

  /** Winds the sync down if its turn is over. */
  void onTime(Sync sync, Phase phase) {
    boolean isOver = context.nowNanos >= nextNanos(sync, phase);
    if (isOver && !sync.isWindingDown()) {
      sync.windDown(context.nowNanos + context.limits.progressDeadlineNanos());
    }
  }

  /** Ends the sync if it is wound down, or if the time for that is over. */
  void end(Sync sync, Phase phase) {
    boolean isWoundDown =
        mayEnd(sync, phase)
            && sync.isWindingDown()
            && (phase.isDrained() || context.nowNanos >= sync.windsDownNanos());
    if (isWoundDown) {
      context.heads.gaveWay(sync.origin.orElseThrow(), context.nowNanos);
      sync.giveWay(phase.cancelled(), "it gives way to another head");
    }
  }
}
