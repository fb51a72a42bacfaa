package dev.windlass.downloader;

/**
 * When the sync of a peer's head gives way to an operator's anchor or to another peer's head: a
 * made-up chain of any length would keep all else waiting for ever.
 *
 * <p>Owned by the downloader. Once its time is over a sync asks only for what is missing between
 * what it has, and gives way when that has come.
 */
final class Turn {
  private static final long NEVER = Long.MAX_VALUE;

  private final CoreState context;
  private final NextSync nextSync;

  Turn(CoreState context, NextSync nextSync) {
    this.context = context;
    this.nextSync = nextSync;
  }

  /** An operator's anchor gives way to nothing, and what fills a gap is short. */
  private static boolean mayEnd(Sync sync, Phase phase) {
    return sync != null && sync.origin.isPresent() && !sync.hasFailed() && !phase.isClosing();
  }

  /** When there is something to do about it, if nothing else happens before. */
  long nextNanos(Sync sync, Phase phase) {
    if (!mayEnd(sync, phase)) {
      return NEVER;
    }
    return sync.isWindingDown() ? sync.windsDownNanos() : nextSync.givesWayNanos(sync);
  }

  /** Has it wind down if its time is over. */
  void onTime(Sync sync, Phase phase) {
    boolean isOver = context.nowNanos >= nextNanos(sync, phase);
    if (isOver && !sync.isWindingDown()) {
      sync.windDown(context.nowNanos + context.limits.progressDeadlineNanos());
    }
  }

  /** Ends it if all that it had asked for has come, or has had its time. */
  void end(Sync sync, Phase phase) {
    boolean isWoundDown =
        mayEnd(sync, phase)
            && sync.isWindingDown()
            && (phase.isDrained() || context.nowNanos >= sync.windsDownNanos());
    if (isWoundDown) {
      context.heads.gaveWay(sync.origin.orElseThrow(), context.nowNanos);
      sync.giveWay(phase.cancelled(), "it is another's turn");
    }
  }
}
