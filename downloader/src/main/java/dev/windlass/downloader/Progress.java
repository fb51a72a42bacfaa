package dev.windlass.downloader;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import java.util.List;
import java.util.Optional;

/** An immutable picture of the downloader, published after each event that changed it. */
public record Progress(
    Phase phase,
    Optional<WaitingReason> waiting,
    Optional<ActiveSync> sync,
    BlockId tip,
    Wanted wanted,
    Counters counters,
    List<PeerView> peers,
    int bannedHashes,
    int queuedBlocks,
    long bufferedBytes,
    int inFlightRequests) {

  /**
   * What is wanted and not synced yet.
   *
   * @param isAny whether an anchor or a followed head is
   * @param bestNumber the highest number that a followed peer claims of such a head, or -1
   * @param isFilling whether gaps are about to be filled, as far as peers serve them
   */
  public record Wanted(boolean isAny, long bestNumber, boolean isFilling) {
    public static final Wanted NOTHING = new Wanted(false, -1, false);
  }

  public enum Phase {
    IDLE,
    PREPARING,
    FETCHING_HASHES,
    FETCHING_BLOCKS
  }

  /** What is waited for; while a sync is under way there is always exactly one reason. */
  public enum WaitingReason {
    /**
     * Nothing is wanted, since no head is known: no followed peer names one, or no anchor was
     * synced where none are followed.
     */
    NO_HEAD,
    /** Heads are named and none was tried in vain: others may name a better one soon. */
    CHOOSING_HEAD,
    /** An anchor is wanted, and nobody is there to ask. */
    NO_PEERS,
    /** An anchor is wanted, and no peer had it or its chain; it is tried again. */
    HEAD_UNSERVED,
    /** Every request that may be made is with a peer: how it is while all goes well. */
    PEERS_BUSY,
    /** The window is full, and its lowest block is on its way. */
    WINDOW_FULL,
    /** What came is not stored yet. */
    STORE_BUSY,
    /** The block or header that all others wait for is late. */
    FRONTIER_STALLED
  }

  /**
   * The sync under way; numbers are -1 while they are not known; etaNanos is -1 while there is
   * none.
   */
  public record ActiveSync(
      long id,
      Hash anchor,
      long anchorNumber,
      long ancestorNumber,
      long links,
      long blocksInserted,
      long blocksTotal,
      long etaNanos) {}

  public record Counters(
      long syncs,
      long syncsFailed,
      long announcements,
      long hashes,
      long blocks,
      long bytes,
      long timeouts,
      long throttled,
      long refetched,
      long hedged,
      long crossChecksPassed,
      long crossChecksFailed,
      long peersBanned) {}

  public record PeerView(
      String id,
      String kind,
      String head,
      int capacityBlocks,
      int inFlight,
      int creditsMax,
      long roundTripNanos,
      int score,
      int reputation,
      long blocksDelivered) {}
}
