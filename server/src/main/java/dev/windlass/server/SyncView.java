package dev.windlass.server;

import dev.windlass.chain.Hash;
import dev.windlass.downloader.Progress;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * How far the stored chain is behind the newest head that was announced.
 *
 * @param bestKnownNumber the highest number heard of; the tip's where nothing higher was
 * @param blocksBehind empty while the number of the head is not known
 * @param isInSync whether there is nothing left to haul
 */
public record SyncView(long bestKnownNumber, OptionalLong blocksBehind, boolean isInSync) {
  /** One more may have come unseen by now, and two behind is in sync, as with Besu. */
  private static final long UNSEEN_BLOCKS_MAX = 1;

  /**
   * Compares what is stored with what is wanted.
   *
   * @param wanted the operator's heads
   * @param isStored whether a block is in the store with all of its ancestors
   * @param unseenBlocks how many blocks there should be beyond those that followed nodes have shown
   */
  public static SyncView of(
      Progress progress,
      List<HeadBoard.Announcement> wanted,
      Predicate<Hash> isStored,
      long unseenBlocks) {
    long tip = progress.tip().number();
    long best = Math.max(tip, progress.wanted().bestNumber());
    if (progress.haul().isPresent()) {
      best = Math.max(best, progress.haul().get().anchorNumber());
    }
    boolean isStillWanted = progress.wanted().isAny() || progress.wanted().isFilling();
    for (HeadBoard.Announcement head : wanted) {
      if (!isStored.test(head.head())) {
        isStillWanted = true;
        best = Math.max(best, head.number());
      }
    }
    if (progress.haul().isEmpty() && !isStillWanted) {
      boolean isLookFresh = unseenBlocks <= UNSEEN_BLOCKS_MAX;
      // Another one may be in the making.
      return new SyncView(tip, OptionalLong.of(isLookFresh ? 0 : unseenBlocks + 1), isLookFresh);
    }
    // A head that is not above the tip lies on a fork, or never said its number.
    OptionalLong behind =
        best > tip ? OptionalLong.of(best - tip + unseenBlocks) : OptionalLong.empty();
    return new SyncView(best, behind, false);
  }
}
