package dev.windlass.downloader;

import dev.windlass.chain.store.Gap;
import java.util.List;
import java.util.Optional;

/**
 * Decides when the gaps of the canonical chain are tried again, and from which number on.
 *
 * <p>Owned by the downloader. A round goes through all gaps from the bottom up, in pieces, so that
 * a head never waits for long. A new peer begins a round, since it may have blocks that the others
 * lack. A round that filled nothing is followed by a longer back-off.
 */
final class GapFill {
  private static final long FIRST_REST_NANOS = 60_000_000_000L;
  private static final int DOUBLINGS_MAX = 6;

  private static final int PIECE_BLOCKS_MIN = 16;
  private static final int PIECE_BLOCKS_FIRST = 64;
  private static final int PIECE_BLOCKS_MAX = 8_192;

  /** How long a piece should take. A head that is announced meanwhile waits for its end. */
  private static final long PIECE_NANOS = 4_000_000_000L;

  private List<Gap> gaps = List.of();
  private long from;
  private long dueNanos = Long.MIN_VALUE;
  private int roundsInVain;
  private boolean hasFilled;
  private long startedNanos;
  private long pieceBlocks = PIECE_BLOCKS_FIRST;

  /** Whether a peer connected since the piece began, which was not asked for all of it. */
  private boolean hasNewPeer;

  void note(List<Gap> stored) {
    gaps = stored;
  }

  /** A peer connected that may have the missing blocks. */
  void onPeer(long nowNanos) {
    hasNewPeer = true;
    from = 0;
    dueNanos = nowNanos;
  }

  /** The connected peers do not serve the blocks below this number. */
  void tried(long below, long nowNanos) {
    from = hasNewPeer ? 0 : Math.max(from, below);
    dueNanos = Math.max(dueNanos, nowNanos);
  }

  /** The next gap of this round, if one is due, from the number that the round has reached. */
  Optional<Gap> due(long nowNanos) {
    if (gaps.isEmpty() || nowNanos < dueNanos) {
      return Optional.empty();
    }
    for (Gap gap : gaps) {
      if (gap.last().number() >= from) {
        hasNewPeer = false;
        startedNanos = nowNanos;
        return Optional.of(new Gap(Math.max(gap.first(), from), gap.last()));
      }
    }
    endRound(nowNanos);
    return Optional.empty();
  }

  private void endRound(long nowNanos) {
    roundsInVain = hasFilled ? 0 : roundsInVain + 1;
    hasFilled = false;
    from = 0;
    int doublings = Math.min(Math.max(0, roundsInVain - 1), DOUBLINGS_MAX);
    dueNanos = nowNanos + (FIRST_REST_NANOS << doublings);
  }

  /** A piece has ended. The round goes on above it. */
  void ended(long lastTried, long blocks, long nowNanos) {
    hasFilled |= blocks > 0;
    learnPace(blocks, nowNanos);
    tried(lastTried + 1, nowNanos);
  }

  private void learnPace(long blocks, long nowNanos) {
    if (blocks == 0) {
      return;
    }
    double fitting = (double) blocks * PIECE_NANOS / Math.max(1, nowNanos - startedNanos);
    long most = Math.min(PIECE_BLOCKS_MAX, 2 * pieceBlocks);
    pieceBlocks = Math.max(PIECE_BLOCKS_MIN, Math.min(most, (long) fitting));
  }

  /** The size of the next piece, learned from the pieces before it. */
  long pieceBlocks() {
    return pieceBlocks;
  }

  /** There are more gaps, perhaps below those that this round has passed. */
  void beginAgain(long nowNanos) {
    from = 0;
    dueNanos = Math.min(dueNanos, nowNanos);
  }

  /** A piece could not be tried. */
  void rest(long untilNanos) {
    pieceBlocks = Math.max(PIECE_BLOCKS_MIN, pieceBlocks / 2);
    dueNanos = untilNanos;
  }

  /** When a piece is due. Long.MAX_VALUE if there is no gap. */
  long nextNanos() {
    return gaps.isEmpty() ? Long.MAX_VALUE : dueNanos;
  }

  Optional<Gap> lowest() {
    return gaps.stream().findFirst();
  }

  /** Whether a round is active or due. */
  boolean isRunning(long nowNanos) {
    return !gaps.isEmpty() && nowNanos >= dueNanos;
  }
}
