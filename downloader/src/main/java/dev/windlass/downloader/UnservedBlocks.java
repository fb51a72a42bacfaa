package dev.windlass.downloader;

import dev.windlass.chain.store.Gap;
import dev.windlass.downloader.Progress.Part;
import dev.windlass.downloader.Progress.Unserved;
import dev.windlass.peerset.Peer;
import dev.windlass.peerset.PeerSet;
import dev.windlass.peerset.ServedRange;
import dev.windlass.peerset.Wanted.Item;
import java.util.Optional;

/**
 * Notes which blocks no connected peer serves: those that a sync did not find, and gaps.
 *
 * <p>Owned by the downloader.
 */
final class UnservedBlocks {
  private final PeerSet peers;
  private final GapFill fill;

  /** What the last failed sync did not find. Empty once a sync has ended well. */
  private Optional<Unserved> ofSync = Optional.empty();

  UnservedBlocks(PeerSet peers, GapFill fill) {
    this.peers = peers;
    this.fill = fill;
  }

  /** A sync did not find these. They are negative if the number of its head is not known. */
  void missed(Part part, long first, long last) {
    ofSync =
        first >= 0 && first <= last
            ? Optional.of(new Unserved(part, first, last, peers.size()))
            : Optional.empty();
  }

  void clear() {
    ofSync = Optional.empty();
  }

  /**
   * What to report now.
   *
   * @param isHeadUnserved whether the core waits for a peer that serves a wanted head
   */
  Optional<Unserved> now(boolean isHeadUnserved, long nowNanos) {
    if (peers.size() == 0) {
      return Optional.empty();
    }
    if (isHeadUnserved && ofSync.isPresent()) {
      Unserved of = ofSync.get();
      return Optional.of(new Unserved(of.part(), of.first(), of.last(), peers.size()));
    }
    return fill.lowest().flatMap(gap -> ofGap(gap, fill.isRunning(nowNanos)));
  }

  /** Between two rounds no peer has any of a gap. In a round, their ranges decide. */
  private Optional<Unserved> ofGap(Gap gap, boolean isInRound) {
    long first = isInRound ? firstUnclaimed(gap) : gap.first();
    long last = isInRound ? lastUnclaimed(first, gap) : gap.last().number();
    return first > last
        ? Optional.empty()
        : Optional.of(new Unserved(Part.BODIES, first, last, peers.size()));
  }

  private long firstUnclaimed(Gap gap) {
    long number = gap.first();
    boolean isMoving = true;
    while (isMoving && number <= gap.last().number()) {
      isMoving = false;
      for (Peer peer : peers.all()) {
        ServedRange range = peer.range(Item.BLOCK);
        if (range.first() <= number && number <= range.last()) {
          number = Math.min(range.last(), gap.last().number()) + 1;
          isMoving = true;
        }
      }
    }
    return number;
  }

  private long lastUnclaimed(long first, Gap gap) {
    return peers.all().stream()
        .mapToLong(peer -> peer.range(Item.BLOCK).first() - 1)
        .filter(last -> last >= first)
        .reduce(gap.last().number(), Math::min);
  }
}
