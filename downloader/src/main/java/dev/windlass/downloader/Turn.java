package dev.windlass.downloader;

import dev.windlass.chain.exchange.Question;
import dev.windlass.peerset.Request;

/**
 * Decides when the sync of a peer's head gives way to an operator's anchor or to another peer's
 * head, and when any sync gives way to a pause. Without turns an endless fabricated chain would
 * block all other syncs.
 *
 * <p>Owned by the downloader. A sync whose turn is over requests only the blocks that are missing
 * between those it has. It gives way when they have arrived. It gives way only to a head that its
 * peer has shown.
 */
final class Turn {
  private static final long NEVER = Long.MAX_VALUE;
  private static final long NO_SYNC = -1;

  private final CoreState context;
  private final NextSync nextSync;
  private final HeadCheck check;

  /** The sync that winds down because of a pause. It does so even if the pause ends before. */
  private long pausedSync = NO_SYNC;

  Turn(CoreState context, NextSync nextSync) {
    this.context = context;
    this.nextSync = nextSync;
    this.check = new HeadCheck(context);
  }

  /**
   * The sync of an operator's anchor gives way only to a pause, and so does a piece of a gap, which
   * is short.
   */
  private boolean mayEnd(Sync sync, Phase phase) {
    boolean isInTurns = sync != null && sync.origin.isPresent();
    boolean isPausing = sync != null && (context.isPaused() || sync.id == pausedSync);
    return (isInTurns || isPausing) && !sync.hasFailed() && !phase.isClosing();
  }

  void pause(long untilNanos) {
    context.pausedUntilNanos = Math.max(untilNanos, context.nowNanos);
    context.act(new Action.PauseChanged(context.pausedUntilNanos - context.nowNanos));
  }

  void resume() {
    if (context.isPaused()) {
      context.pausedUntilNanos = Long.MIN_VALUE;
      context.act(new Action.PauseChanged(0));
    }
  }

  /** Ends a pause whose time is over. */
  void endPause() {
    if (context.nowNanos >= context.pausedUntilNanos) {
      resume();
    }
  }

  /** When {@link #onTime} or {@link #end} has something to do. */
  long nextNanos(Sync sync, Phase phase) {
    if (!mayEnd(sync, phase)) {
      return NEVER;
    }
    if (sync.isWindingDown()) {
      return sync.windsDownNanos();
    }
    return context.isPaused()
        ? context.nowNanos
        : Math.min(nextSync.givesWayNanos(sync), check.nextNanos(sync));
  }

  /** Takes the answer for the head that waits for the turn, or leaves it to the phase. */
  Question.Receiver receiver(long ticket, Phase phase) {
    return check.awaits(ticket) ? check : phase;
  }

  void onOverdue(Request request) {
    check.onOverdue(request);
  }

  /** Requests in flight for heads that wait for the turn. */
  int openQuestions() {
    return check.isOpen() ? 1 : 0;
  }

  /** Winds the sync down if its turn is over. */
  void onTime(Sync sync, Phase phase) {
    if (mayEnd(sync, phase) && !sync.isWindingDown() && !context.isPaused()) {
      check.progress(sync);
    }
    boolean isOver = context.nowNanos >= nextNanos(sync, phase);
    if (isOver && !sync.isWindingDown()) {
      pausedSync = context.isPaused() ? sync.id : NO_SYNC;
      sync.windDown(context.nowNanos + context.limits.turnNanos());
    }
  }

  /** Ends the sync if it is wound down, or if the time for that is over. */
  void end(Sync sync, Phase phase) {
    boolean isWoundDown =
        mayEnd(sync, phase)
            && sync.isWindingDown()
            && (phase.isDrained() || context.nowNanos >= sync.windsDownNanos());
    if (isWoundDown && sync.id == pausedSync) {
      sync.giveWay(phase.cancelled(), "it is paused");
    } else if (isWoundDown) {
      context.heads.gaveWay(sync.origin.orElseThrow(), context.nowNanos);
      sync.giveWay(phase.cancelled(), "it gives way to another head");
    }
  }
}
