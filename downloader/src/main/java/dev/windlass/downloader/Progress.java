package dev.windlass.downloader;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An immutable snapshot of the downloader, published after each event that changed it. */
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
    int inFlightRequests,
    Announced announced,
    Optional<Unserved> unserved) {

  /** The part of their blocks that a node lacks. */
  public enum Part {
    HEADERS,
    BODIES
  }

  /**
   * Blocks that no connected peer serves, as far as their ranges and answers are known.
   *
   * @param part what the peers lack of these blocks
   * @param peers how many peers are connected
   */
  public record Unserved(Part part, long first, long last, int peers) {
    /** The numbers, and what an operator may do. */
    @Override
    public String toString() {
      boolean isOne = first == last;
      String headers = isOne ? "the header of " : "the headers of ";
      String numbers =
          isOne
              ? String.format(Locale.ROOT, "block %,d is", first)
              : String.format(Locale.ROOT, "blocks %,d to %,d are", first, last);
      String by =
          peers == 1
              ? " not served by the only peer"
              : String.format(Locale.ROOT, " served by none of %,d peers", peers);
      String remedy = ": name an era mirror or an archive node";
      return (part == Part.HEADERS ? headers : "") + numbers + by + remedy;
    }
  }

  /**
   * The numbers of which a peer may have something.
   *
   * @param last the largest number if it is not known
   */
  public record Range(long first, long last) {}

  /** Announced whole blocks that wait until their parents are stored. */
  public record Announced(int blocks, long bytes) {}

  /**
   * The heads and gaps that wait for a sync.
   *
   * @param isAny whether an anchor or a followed head waits
   * @param bestNumber the highest number that a followed peer claims of such a head, or -1
   * @param bestPeer the peer that claims it
   * @param provenNumber the highest of these numbers that a header proves, or -1
   * @param isFilling whether a round of gap filling runs or is due
   */
  public record Wanted(
      boolean isAny,
      long bestNumber,
      Optional<PeerId> bestPeer,
      long provenNumber,
      boolean isFilling) {
    public static final Wanted NOTHING = new Wanted(false, -1, Optional.empty(), -1, false);
  }

  public enum Phase {
    IDLE,
    PREPARING,
    FETCHING_HASHES,
    FETCHING_BLOCKS
  }

  /** What the downloader waits for. An active sync has exactly one reason. */
  public enum WaitingReason {
    /** An operator has paused the node. */
    PAUSED,
    /**
     * No head is known. No followed peer claims one or, if peers are not followed, no anchor was
     * synced.
     */
    NO_HEAD,
    /** Heads are claimed, and other peers may claim a better one before the next cycle. */
    CHOOSING_HEAD,
    /** A head is wanted, and no peer is connected. */
    NO_PEERS,
    /** A head is wanted, and no peer had it or its chain. It is tried again. */
    HEAD_UNSERVED,
    /** All peers are busy with requests. This is the normal state of a sync. */
    PEERS_BUSY,
    /** The bandwidth that an operator allows is used up. */
    BANDWIDTH_LIMIT,
    /** The window is full, and its lowest block is requested. */
    WINDOW_FULL,
    /** The store is working. */
    STORE_BUSY,
    /** The frontier, or the header that all others wait for, is late. */
    FRONTIER_STALLED
  }

  /**
   * The active sync. Numbers are -1 if they are not known yet, and so is etaNanos.
   *
   * @param origin the peer that claims the anchor as its head. Empty if an operator trusts it
   */
  public record ActiveSync(
      long id,
      Optional<PeerId> origin,
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

  /**
   * A peer.
   *
   * @param height the highest number that it claimed, or that a header proved of its heads; -1 if
   *     no number of it is known
   * @param headers of which it may have the headers
   * @param bodies of which it may have the bodies
   */
  public record PeerView(
      String id,
      String kind,
      String head,
      long height,
      Range headers,
      Range bodies,
      int capacityBlocks,
      int inFlight,
      int creditsMax,
      long roundTripNanos,
      int score,
      int reputation,
      long blocksDelivered) {}
}
