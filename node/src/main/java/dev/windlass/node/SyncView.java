package dev.windlass.node;

import static dev.windlass.downloader.Progress.WaitingReason.NO_HEAD;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * How far the stored chain is behind the newest known head.
 *
 * @param bestKnownNumber the highest number that was claimed, or the tip's if none is higher
 * @param bestKnownFrom the peer that claims it, or {@link #STORE}, {@link #OPERATOR} or {@link
 *     #CHECKPOINT}
 * @param blocksBehind empty if no head or no number of a head is known
 * @param unseenBlocks how many blocks the network may have that no followed node has claimed yet.
 *     Empty if heads are followed and no node that claims one is connected
 * @param tipOverAge how old the tip is, if it is too old to be that of the network
 * @param isInSync whether a head is known and nothing was left to sync a moment ago
 */
public record SyncView(
    long bestKnownNumber,
    String bestKnownFrom,
    OptionalLong blocksBehind,
    OptionalLong unseenBlocks,
    Optional<Duration> tipOverAge,
    boolean isInSync) {
  public static final String STORE = "store";
  public static final String OPERATOR = "operator";
  public static final String CHECKPOINT = "checkpoint";

  /** Two blocks behind still count as in sync, as in Besu. */
  private static final long UNSEEN_BLOCKS_MAX = 1;

  /** Of a tip that is not too old, with the best number from the store itself. */
  public SyncView(
      long bestKnownNumber,
      OptionalLong blocksBehind,
      OptionalLong unseenBlocks,
      boolean isInSync) {
    this(bestKnownNumber, STORE, blocksBehind, unseenBlocks, Optional.empty(), isInSync);
  }

  /**
   * Compares the store with the wanted heads.
   *
   * @param wanted the operator's heads
   * @param isStored whether a block is in the store with all of its ancestors
   * @param unseenBlocks as it was before this progress was published
   * @param checkpoint the number of a checkpoint above the tip, or -1
   */
  public static SyncView of(
      Progress progress,
      List<HeadBoard.Announcement> wanted,
      Predicate<Hash> isStored,
      OptionalLong unseenBlocks,
      long checkpoint,
      Optional<Duration> tipOverAge) {
    long tip = progress.tip().number();
    boolean isStillWanted = progress.wanted().isAny() || progress.wanted().isFilling();
    Best best = Best.of(progress).or(checkpoint, CHECKPOINT);
    for (HeadBoard.Announcement head : wanted) {
      if (!isStored.test(head.head().hash())) {
        isStillWanted = true;
        best = best.or(head.head().number(), OPERATOR);
      }
    }
    boolean isIdle = progress.sync().isEmpty() && !isStillWanted && checkpoint < 0;
    if (isIdle) {
      boolean isHeadKnown =
          unseenBlocks.isPresent() && progress.waiting().stream().noneMatch(NO_HEAD::equals);
      boolean isInSync =
          isHeadKnown && unseenBlocks.getAsLong() <= UNSEEN_BLOCKS_MAX && tipOverAge.isEmpty();
      OptionalLong behind = isHeadKnown ? OptionalLong.of(0) : OptionalLong.empty();
      return new SyncView(tip, STORE, behind, unseenBlocks, tipOverAge, isInSync);
    }
    // A head that is not above the tip is on a fork, or its number is not known.
    OptionalLong behind =
        best.number > tip ? OptionalLong.of(best.number - tip) : OptionalLong.empty();
    return new SyncView(best.number, best.from, behind, unseenBlocks, tipOverAge, false);
  }

  /** The highest number so far, and its source. */
  private record Best(long number, String from) {
    static Best of(Progress progress) {
      Best best = new Best(progress.tip().number(), STORE);
      if (progress.sync().isPresent()) {
        Progress.ActiveSync sync = progress.sync().get();
        best = best.or(sync.anchorNumber(), sync.origin().map(PeerId::name).orElse(OPERATOR));
      }
      String claimant = progress.wanted().bestPeer().map(PeerId::name).orElse(STORE);
      return best.or(progress.wanted().bestNumber(), claimant);
    }

    Best or(long other, String source) {
      return other > number ? new Best(other, source) : this;
    }
  }
}
