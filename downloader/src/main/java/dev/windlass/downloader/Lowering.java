package dev.windlass.downloader;

import dev.windlass.chain.BlockId;
import java.util.Optional;

/**
 * Decides when the floor of the history moves down, if more history is wanted than is stored.
 *
 * <p>Owned by the downloader. The headers come in pieces from the top down, so that a head never
 * waits for long. Their bodies are gaps, which {@link GapFill} fills.
 */
public final class Lowering {
  /** Headers of one piece, which are few requests to each of several peers. */
  static final int PIECE_BLOCKS = 8_192;

  private static final long FIRST_REST_NANOS = 60_000_000_000L;
  private static final int DOUBLINGS_MAX = 6;

  private final CoreState context;
  private boolean isFound;
  private boolean isGivenUp;
  private int failures;
  private long dueNanos = Long.MIN_VALUE;

  Lowering(CoreState context) {
    this.context = context;
  }

  /** The parent of the root, if it is wanted and due. */
  Optional<BlockId> due() {
    return isWanted() && context.nowNanos >= dueNanos ? context.floor.below() : Optional.empty();
  }

  /** Whether blocks below the root are wanted. */
  private boolean isWanted() {
    History history = context.limits.history();
    return !context.floor.isAtGenesis()
        && !context.isFloorOpen()
        && !isGivenUp
        && !isFound
        && (!history.needsHead() || context.isHeadKnown())
        && !history.beginsWith(context.root().hash())
        && history.below(context.tip.number()).lowest() < context.root().number();
  }

  /** The lowest number of the next piece. */
  public long pieceBottom() {
    long lowest = context.limits.history().below(context.tip.number()).lowest();
    long bottom = Math.max(lowest, context.root().number() - PIECE_BLOCKS);
    return Math.max(bottom, context.floor.genesis().number() + 1);
  }

  /** The lowest wanted block was found. */
  void found() {
    isFound = true;
  }

  /** A piece has ended. Its bodies are missing. */
  void ended() {
    failures = 0;
    context.fill.beginAgain(context.nowNanos);
    if (!isWanted()) {
      context.act(new Action.HistoryBegins(context.root()));
    }
  }

  /** A piece has failed. */
  void rest() {
    int doublings = Math.min(failures++, DOUBLINGS_MAX);
    dueNanos = context.nowNanos + (FIRST_REST_NANOS << doublings);
  }

  /** The blocks below the root contradict what is trusted. */
  void giveUp() {
    isGivenUp = true;
  }

  /** A peer has connected that may have them. */
  void onPeer() {
    dueNanos = context.nowNanos;
  }

  /** When a piece is due. Long.MAX_VALUE if none is wanted. */
  long nextNanos() {
    return isWanted() ? dueNanos : Long.MAX_VALUE;
  }

  boolean isRunning() {
    return isWanted() && context.nowNanos >= dueNanos;
  }
}
