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

  private final Context context;
  private final NextSync nextSync;

  Turn(Context context, NextSync nextSync) {
    this.context = context;
    this.nextSync = nextSync;
  }

  /** An operator's anchor gives way to nothing, and what fills a gap is short. */
  private static boolean mayEnd(Haul haul, Phase phase) {
    return haul != null
        && haul.origin.isPresent()
        && !haul.hasFailed()
        && !(phase instanceof Closing);
  }

  /** When there is something to do about it, if nothing else happens before. */
  long nextNanos(Haul haul, Phase phase) {
    if (!mayEnd(haul, phase)) {
      return NEVER;
    }
    return haul.isWindingDown() ? haul.windsDownNanos() : nextSync.givesWayNanos(haul);
  }

  /** Has it wind down if its time is over. */
  void onTime(Haul haul, Phase phase) {
    boolean isOver = context.nowNanos >= nextNanos(haul, phase);
    if (isOver && !haul.isWindingDown()) {
      haul.windDown(context.nowNanos + context.limits.progressDeadlineNanos());
    }
  }

  /** Ends it if all that it had asked for has come, or has had its time. */
  void end(Haul haul, Phase phase, HaulError cancelled) {
    boolean isWoundDown =
        mayEnd(haul, phase)
            && haul.isWindingDown()
            && (phase.isDrained() || context.nowNanos >= haul.windsDownNanos());
    if (isWoundDown) {
      context.heads.gaveWay(haul.origin.orElseThrow(), context.nowNanos);
      haul.giveWay(cancelled, "it is another's turn");
    }
  }
}
