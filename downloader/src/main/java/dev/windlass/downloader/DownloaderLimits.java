package dev.windlass.downloader;

import dev.windlass.peerset.PeerLimits;
import dev.windlass.queue.QueueLimits;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The bounds of the downloader, with those of its queue and its peers.
 *
 * @param hashesNewMin a reply of bare hashes that adds fewer and does not end the chain is stalling
 * @param linksMax a chain of more links than this is refused: 64 Mi is five times mainnet
 * @param headersAheadMax headers asked for or waiting to be stored: at 600 bytes each they are the
 *     memory that fetchHashes takes, whatever the length of the chain
 * @param headersPerAppendMax headers stored in one batch
 * @param bannedHashesMax banned hashes, the permanent ones included
 * @param insertBlocksMax blocks in one insert
 * @param insertBytesMax bytes in one insert, unless a single block is larger
 * @param insertsWaitingMax runs that the processor is given before it has stored one
 * @param crossCheckNanos how long the block of a cross-check is waited for
 * @param forcedCycleNanos how often a head is looked for though few peers are there, and how long a
 *     failed anchor rests
 * @param peersWanted with so many peers a new one's head is synced at once
 * @param anchorsMax anchors that wait their turn
 * @param progressDeadlineNanos a sync in which nothing moves for so long has failed; an operator's
 *     anchor waits so long for the sync of a peer
 * @param followsPeers whether heads that peers announce are synced, or only an operator's anchors
 * @param headerBytesAheadMax bytes of headers asked for or waiting to be stored
 * @param announcedBytesMax bytes of announced blocks that wait until the chain reaches them
 * @param banNanos how long a peer that lied is refused; twice as long each further time, up to 64
 *     times
 */
public record DownloaderLimits(
    QueueLimits queue,
    PeerLimits peers,
    int hashesNewMin,
    long linksMax,
    int headersAheadMax,
    int headersPerAppendMax,
    int bannedHashesMax,
    int insertBlocksMax,
    long insertBytesMax,
    int insertsWaitingMax,
    long crossCheckNanos,
    long forcedCycleNanos,
    int peersWanted,
    int anchorsMax,
    long progressDeadlineNanos,
    boolean followsPeers,
    long headerBytesAheadMax,
    long announcedBytesMax,
    long banNanos) {
  private static final long SECONDS = 1_000_000_000L;

  public static final DownloaderLimits DEFAULT = new Draft().limits();

  /** The 2015 downloader's own figures, for its test table. */
  public static final DownloaderLimits OF_2015 =
      DEFAULT.with(QueueLimits.OF_2015, PeerLimits.OF_2015);

  public DownloaderLimits {
    Objects.requireNonNull(queue);
    Objects.requireNonNull(peers);
    require(hashesNewMin >= 0, "hashesNewMin", hashesNewMin);
    require(linksMax >= 1, "linksMax", linksMax);
    require(headersAheadMax >= 1, "headersAheadMax", headersAheadMax);
    require(headersPerAppendMax >= 1, "headersPerAppendMax", headersPerAppendMax);
    require(bannedHashesMax >= 5, "bannedHashesMax", bannedHashesMax);
    require(insertBlocksMax >= 1, "insertBlocksMax", insertBlocksMax);
    require(insertBytesMax >= 1, "insertBytesMax", insertBytesMax);
    require(insertsWaitingMax >= 1, "insertsWaitingMax", insertsWaitingMax);
    require(crossCheckNanos >= 1, "crossCheckNanos", crossCheckNanos);
    require(forcedCycleNanos >= 1, "forcedCycleNanos", forcedCycleNanos);
    require(peersWanted >= 1, "peersWanted", peersWanted);
    require(anchorsMax >= 1, "anchorsMax", anchorsMax);
    require(progressDeadlineNanos >= 1, "progressDeadlineNanos", progressDeadlineNanos);
    require(headerBytesAheadMax >= 1, "headerBytesAheadMax", headerBytesAheadMax);
    require(announcedBytesMax >= 1, "announcedBytesMax", announcedBytesMax);
    require(banNanos >= 1, "banNanos", banNanos);
  }

  private static void require(boolean holds, String name, long value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " " + value);
    }
  }

  public DownloaderLimits with(QueueLimits newQueue, PeerLimits newPeers) {
    return with(
        limits -> {
          limits.queue = newQueue;
          limits.peers = newPeers;
        });
  }

  /** The same, for an operator who trusts no head but the named ones. */
  public DownloaderLimits withoutPeersHeads() {
    return with(limits -> limits.followsPeers = false);
  }

  /** Bytes of blocks and headers that are held at most until they are stored. */
  public long memoryBytesMax() {
    return queue.windowBytesMax()
        + queue.headerBytesMax()
        + headerBytesAheadMax
        + announcedBytesMax;
  }

  /**
   * The same with other bounds of bytes. Of nine parts the window has four, the headers of its
   * links one, headers ahead two, and announced blocks two.
   */
  public DownloaderLimits withMemory(long bytesMax) {
    long part = bytesMax / 9;
    return with(
        limits -> {
          limits.queue = queue.with(window -> window.windowBytesMax = 4 * part);
          limits.headerBytesAheadMax = 2 * part;
          limits.announcedBytesMax = 2 * part;
        });
  }

  /** The same but for what is changed, each limit by its name. */
  public DownloaderLimits with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.limits();
  }

  /** Limits that are being changed; those of a new one are the default. */
  public static final class Draft {
    public QueueLimits queue = QueueLimits.DEFAULT;
    public PeerLimits peers = PeerLimits.DEFAULT;
    public int hashesNewMin = 512;
    public long linksMax = 64L << 20;
    public int headersAheadMax = 10 * 1_024;
    public int headersPerAppendMax = 4_096;
    public int bannedHashesMax = 4_096;
    public int insertBlocksMax = 256;
    public long insertBytesMax = 8L << 20;
    public int insertsWaitingMax = 2;
    public long crossCheckNanos = 3 * SECONDS;
    public long forcedCycleNanos = 10 * SECONDS;
    public int peersWanted = 5;
    public int anchorsMax = 64;
    public long progressDeadlineNanos = 60 * SECONDS;
    public boolean followsPeers = true;
    public long headerBytesAheadMax = 32L << 20;
    public long announcedBytesMax = 32L << 20;
    public long banNanos = 3_600 * SECONDS;

    private Draft() {}

    private Draft(DownloaderLimits from) {
      queue = from.queue;
      peers = from.peers;
      hashesNewMin = from.hashesNewMin;
      linksMax = from.linksMax;
      headersAheadMax = from.headersAheadMax;
      headersPerAppendMax = from.headersPerAppendMax;
      bannedHashesMax = from.bannedHashesMax;
      insertBlocksMax = from.insertBlocksMax;
      insertBytesMax = from.insertBytesMax;
      insertsWaitingMax = from.insertsWaitingMax;
      crossCheckNanos = from.crossCheckNanos;
      forcedCycleNanos = from.forcedCycleNanos;
      peersWanted = from.peersWanted;
      anchorsMax = from.anchorsMax;
      progressDeadlineNanos = from.progressDeadlineNanos;
      followsPeers = from.followsPeers;
      headerBytesAheadMax = from.headerBytesAheadMax;
      announcedBytesMax = from.announcedBytesMax;
      banNanos = from.banNanos;
    }

    private DownloaderLimits limits() {
      return new DownloaderLimits(
          queue,
          peers,
          hashesNewMin,
          linksMax,
          headersAheadMax,
          headersPerAppendMax,
          bannedHashesMax,
          insertBlocksMax,
          insertBytesMax,
          insertsWaitingMax,
          crossCheckNanos,
          forcedCycleNanos,
          peersWanted,
          anchorsMax,
          progressDeadlineNanos,
          followsPeers,
          headerBytesAheadMax,
          announcedBytesMax,
          banNanos);
    }
  }
}
