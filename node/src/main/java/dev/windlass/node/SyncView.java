package dev.windlass.node;

import static dev.windlass.downloader.Progress.WaitingReason.NO_HEAD;

import dev.windlass.chain.Hash;
import dev.windlass.downloader.Progress;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * How far the stored chain is behind the newest head that was announced.
 *
 * @param bestKnownNumber the highest number heard of; the tip's where nothing higher was
 * @param blocksBehind empty while no head is known, or its number is not
 * @param unseenBlocks how many blocks may have come that no followed node has shown yet; empty if
 *     heads are followed and no node that names one is connected
 * @param isInSync whether a head is known and nothing is left to sync, as of a moment ago
 */
public record SyncView(
    long bestKnownNumber, OptionalLong blocksBehind, OptionalLong unseenBlocks, boolean isInSync) {
  /** Two behind is in sync, as with Besu. */
  private static final long UNSEEN_BLOCKS_MAX = 1;

  /**
   * Compares what is stored with what is wanted.
   *
   * @param wanted the operator's heads
   * @param isStored whether a block is in the store with all of its ancestors
   * @param unseenBlocks as they were before this progress was published
   */
  public static SyncView of(
      Progress progress,
      List<HeadBoard.Announcement> wanted,
      Predicate<Hash> isStored,
      OptionalLong unseenBlocks) {
    long tip = progress.tip().number();
    long best = Math.max(tip, progress.wanted().bestNumber());
    if (progress.sync().isPresent()) {
      best = Math.max(best, progress.sync().get().anchorNumber());
    }
    boolean isStillWanted = progress.wanted().isAny() || progress.wanted().isFilling();
    for (HeadBoard.Announcement head : wanted) {
      if (!isStored.test(head.head().hash())) {
        isStillWanted = true;
        best = Math.max(best, head.head().number());
      }
    }
    if (progress.sync().isEmpty() && !isStillWanted) {
      boolean isHeadKnown =
          unseenBlocks.isPresent() && progress.waiting().stream().noneMatch(NO_HEAD::equals);
      return isHeadKnown
          ? new SyncView(
              tip, OptionalLong.of(0), unseenBlocks, unseenBlocks.getAsLong() <= UNSEEN_BLOCKS_MAX)
          : new SyncView(tip, OptionalLong.empty(), unseenBlocks, false);
    }
    // A head that is not above the tip lies on a fork, or never said its number.
    OptionalLong behind = best > tip ? OptionalLong.of(best - tip) : OptionalLong.empty();
    return new SyncView(best, behind, unseenBlocks, false);
  }
}
