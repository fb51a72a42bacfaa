package dev.windlass.node;

import static dev.windlass.downloader.Progress.WaitingReason.NO_HEAD;

import dev.windlass.chain.Hash;
import dev.windlass.downloader.Progress;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * How far the stored chain is behind the newest known head.
 *
 * @param bestKnownNumber the highest number that was claimed, or the tip's if none is higher
 * @param blocksBehind empty if no head or no number of a head is known
 * @param unseenBlocks how many blocks the network may have that no followed node has claimed yet.
 *     Empty if heads are followed and no node that claims one is connected
 * @param isInSync whether a head is known and nothing was left to sync a moment ago
 */
public record SyncView(
    long bestKnownNumber, OptionalLong blocksBehind, OptionalLong unseenBlocks, boolean isInSync) {
  /** Two blocks behind still count as in sync, as in Besu. */
  private static final long UNSEEN_BLOCKS_MAX = 1;

  /**
   * Compares the store with the wanted heads.
   *
   * @param wanted the operator's heads
   * @param isStored whether a block is in the store with all of its ancestors
   * @param unseenBlocks as it was before this progress was published
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
    // A head that is not above the tip is on a fork, or its number is not known.
    OptionalLong behind = best > tip ? OptionalLong.of(best - tip) : OptionalLong.empty();
    return new SyncView(best, behind, unseenBlocks, false);
  }
}
