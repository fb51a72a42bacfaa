package dev.windlass.downloader.walk;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.downloader.CoreState;
import dev.windlass.downloader.History;
import dev.windlass.downloader.Sync;
import dev.windlass.downloader.SyncError;

/**
 * Where a walk ends if it does not meet stored links before: at the root, or at the floor of a
 * limited history.
 *
 * <p>Owned by {@link HeaderWalk}.
 */
final class WalkEnd {
  private final CoreState context;
  private final Sync sync;

  /** Whether it may end at a floor that is not the root. */
  private final boolean isFloored;

  private final long pieceBottom;
  private History history;
  private boolean isFound;

  WalkEnd(CoreState context, Sync sync) {
    this.context = context;
    this.sync = sync;
    isFloored = sync.isLowering || context.isFloorOpen();
    pieceBottom = sync.isLowering ? context.lowering.pieceBottom() : 0;
    history = isFloored ? context.limits.history().below(context.tip.number()) : History.ALL;
    isFound = sync.isAtFloor;
  }

  /**
   * The first header gives the number of the anchor. Fails the sync if that cannot be.
   *
   * @param top the number of the first header
   */
  void startAt(long top) {
    if (sync.contradicts(top)) {
      sync.fail(
          SyncError.FALSE_NUMBER,
          "its header has number " + top + ", and its peer claimed " + sync.claimedNumber);
      return;
    }
    long lowest = context.isFloorOpen() ? context.floor.genesis().number() : root();
    long links = top - lowest;
    if (links <= 0 || links > context.limits.linksMax()) {
      sync.fail(
          SyncError.INVALID_CHAIN,
          "the chain's head is at " + top + ", but the store begins at " + lowest);
      return;
    }
    anchorAt(top + sync.chain.links());
  }

  /** The number of the anchor is known, so that a count of blocks becomes a number. */
  void anchorAt(long number) {
    if (isFloored && !sync.isLowering) {
      history = context.limits.history().below(number);
    }
  }

  private long root() {
    return context.root().number();
  }

  /** The lowest number that may be asked for. */
  long lowest() {
    if (sync.isLowering) {
      return pieceBottom;
    }
    return isFloored
        ? Math.max(context.floor.genesis().number() + 1, history.lowest())
        : root() + 1;
  }

  /** Whether no chain can go on below this number. */
  boolean isBelowAll(long number) {
    return number < lowest();
  }

  /** Whether the walk ends above this header, which is linked to the last one. */
  boolean endsAbove(BlockHeader header, boolean hasLinks) {
    isFound |= isFloored && hasLinks && history.excludes(header);
    return isFound;
  }

  /** Whether the walk ends with this block. */
  boolean endsWith(Hash block) {
    isFound |= isFloored && history.beginsWith(block);
    return isFound;
  }

  /** Whether the walk has come down to the floor. */
  boolean isReached(long nextNumber) {
    boolean isAboveGenesis = lowest() > context.floor.genesis().number() + 1;
    return isFound
        || (sync.isLowering && isBelowAll(nextNumber))
        || (isFloored && isAboveGenesis && nextNumber >= 0 && isBelowAll(nextNumber));
  }

  /** Whether the lowest wanted block was found by its header. */
  boolean isFound() {
    return isFound;
  }

  /**
   * Ends the sync, since the chain cannot go on.
   *
   * @param lowest the number of its lowest block
   * @param parent of that block, or the hash zero if it names none
   */
  void fail(long lowest, Hash parent) {
    if (parent.equals(Hash.ZERO)) {
      sync.failUnlinked(
          "the chain comes down to block " + lowest + " without a parent" + trusted());
    } else {
      sync.failProven(SyncError.INVALID_CHAIN, "the chain comes down to " + parent + trusted());
    }
  }

  /** Which block every chain must come down to, for an error. */
  private String trusted() {
    return context.floor.isAtGenesis()
        ? ", but " + context.root() + " is trusted"
        : ", but the stored history begins with block " + context.root();
  }
}
