package dev.windlass.downloader;

import dev.windlass.peerset.PeerLimits;
import dev.windlass.queue.QueueLimits;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The bounds of the downloader, with those of its queue and its peers.
 *
 * @param hashesNewMin an answer of bare hashes that adds fewer and does not end the chain is
 *     stalling
 * @param linksMax a longer chain is refused. The default of 64 Mi links is over twice as long as
 *     mainnet
 * @param headersAheadMax headers that are requested or wait to be stored. At 600 bytes each they
 *     bound the memory of fetchHashes, however long the chain is
 * @param headersPerAppendMax headers stored in one batch
 * @param bannedHashesMax banned hashes, the permanent ones included
 * @param insertBlocksMax blocks in one insert
 * @param insertBytesMax bytes in one insert, unless a single block is larger
 * @param insertsWaitingMax runs that are with the processor at once
 * @param crossCheckNanos the deadline of a cross-check's block
 * @param forcedCycleNanos how often a head is chosen even if few peers are connected, and the
 *     back-off of a failed anchor
 * @param peersWanted with this many peers the best head is synced at once
 * @param anchorsMax anchors that wait for their turn
 * @param progressDeadlineNanos a sync that gains less than the floor of the pace for this time has
 *     stalled. Three minutes, as in btcd's sync manager
 * @param paceItemsMin the floor of the pace in links and blocks, for one deadline: 512 a minute
 * @param paceBytesMin the same in bytes. A sync that gains either is not stalled: 4 KiB a second is
 *     half of the slowest pace that a connection accepts
 * @param turnNanos an operator's anchor waits this long for the sync of a peer's head, which may
 *     take as long again to wind down
 * @param coolDownNanos how long the heads of a peer are not synced after it broke the promise of a
 *     head, or stalled. Ten minutes, as long as Bitcoin Core pauses a manual peer that stalled
 * @param reelectionNanos when such a head may be tried again if all followed peers cool down.
 *     Thirty seconds, the interval at which btcd looks for a stalled peer
 * @param followsPeers whether heads that peers claim are synced, or an operator's anchors only
 * @param headerBytesAheadMax bytes of headers that are requested or wait to be stored
 * @param announcedBytesMax bytes of announced blocks that wait for the tip to reach them
 * @param announcedWaitNanos how long a head that was announced by its hash waits for its block to
 *     come whole. 0 if it is fetched at once
 * @param history which blocks are fetched, from the first head down
 * @param prunedKeeping the newest blocks, which are not deleted even if the wanted history has
 *     fewer. If it is a count, as many are deleted at once
 * @param banNanos how long a peer is banned. A day costs a liar nearly everything, and an address
 *     may belong to another node later. So a further ban is no longer than the first
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
    long paceItemsMin,
    long paceBytesMin,
    long turnNanos,
    long coolDownNanos,
    long reelectionNanos,
    boolean followsPeers,
    long headerBytesAheadMax,
    long announcedBytesMax,
    long announcedWaitNanos,
    History history,
    int prunedKeeping,
    long banNanos) {
  private static final long SECONDS = 1_000_000_000L;

  public static final DownloaderLimits DEFAULT = new Draft().limits();

  /** The constants of 2015, for its test table. */
  public static final DownloaderLimits OF_2015 =
      DEFAULT.with(QueueLimits.OF_2015, PeerLimits.OF_2015);

  public DownloaderLimits {
    Objects.requireNonNull(queue);
    Objects.requireNonNull(peers);
    Objects.requireNonNull(history);
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
    require(paceItemsMin >= 1, "paceItemsMin", paceItemsMin);
    require(paceBytesMin >= 1, "paceBytesMin", paceBytesMin);
    require(turnNanos >= 1, "turnNanos", turnNanos);
    require(coolDownNanos >= 0, "coolDownNanos", coolDownNanos);
    require(reelectionNanos >= 0, "reelectionNanos", reelectionNanos);
    require(headerBytesAheadMax >= 1, "headerBytesAheadMax", headerBytesAheadMax);
    require(announcedBytesMax >= 1, "announcedBytesMax", announcedBytesMax);
    require(announcedWaitNanos >= 0, "announcedWaitNanos", announcedWaitNanos);
    require(prunedKeeping >= 1, "prunedKeeping", prunedKeeping);
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

  /** The same, but only an operator's anchors are synced. */
  public DownloaderLimits withoutPeersHeads() {
    return with(limits -> limits.followsPeers = false);
  }

  /** The most bytes of blocks and headers that are held until they are stored. */
  public long memoryBytesMax() {
    return queue.windowBytesMax()
        + queue.headerBytesMax()
        + headerBytesAheadMax
        + announcedBytesMax;
  }

  /**
   * The same with other bounds of bytes. Of nine parts the window gets four, the headers of its
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
    public int headersAheadMax = 48 * 1_024;
    public int headersPerAppendMax = 4_096;
    public int bannedHashesMax = 4_096;
    public int insertBlocksMax = 256;
    public long insertBytesMax = 8L << 20;
    public int insertsWaitingMax = 2;
    public long crossCheckNanos = 3 * SECONDS;
    public long forcedCycleNanos = 10 * SECONDS;
    public int peersWanted = 5;
    public int anchorsMax = 64;
    public long progressDeadlineNanos = 180 * SECONDS;
    public long paceItemsMin = 3 * 512;
    public long paceBytesMin = 768 << 10;
    public long turnNanos = 60 * SECONDS;
    public long coolDownNanos = 600 * SECONDS;
    public long reelectionNanos = 30 * SECONDS;
    public boolean followsPeers = true;
    public long headerBytesAheadMax = 32L << 20;
    public long announcedBytesMax = 32L << 20;
    public long announcedWaitNanos = 0;
    public History history = History.ALL;
    public int prunedKeeping = 1_024;
    public long banNanos = 24 * 3_600 * SECONDS;

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
      paceItemsMin = from.paceItemsMin;
      paceBytesMin = from.paceBytesMin;
      turnNanos = from.turnNanos;
      coolDownNanos = from.coolDownNanos;
      reelectionNanos = from.reelectionNanos;
      followsPeers = from.followsPeers;
      headerBytesAheadMax = from.headerBytesAheadMax;
      announcedBytesMax = from.announcedBytesMax;
      announcedWaitNanos = from.announcedWaitNanos;
      history = from.history;
      prunedKeeping = from.prunedKeeping;
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
          paceItemsMin,
          paceBytesMin,
          turnNanos,
          coolDownNanos,
          reelectionNanos,
          followsPeers,
          headerBytesAheadMax,
          announcedBytesMax,
          announcedWaitNanos,
          history,
          prunedKeeping,
          banNanos);
    }
  }
}
