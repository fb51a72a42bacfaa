package dev.windlass.downloader;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.downloader.Progress.ActiveSync;
import dev.windlass.downloader.Progress.Phase;
import dev.windlass.downloader.Progress.WaitingReason;
import java.util.List;
import java.util.Optional;

/** Progress pictures for tests. */
public final class Pictures {
  public static final Hash HEAD = hash(0xaaaa);
  public static final Progress.Counters NO_COUNTERS =
      new Progress.Counters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  private Pictures() {}

  public static Hash hash(long number) {
    return Hash.ofLongs(0x1122334455667788L, 0, 0, number);
  }

  public static Progress idle(long tip) {
    return idle(tip, NO_COUNTERS);
  }

  /** The same while heads are wanted that are not synced, or gaps are to be filled. */
  public static Progress idle(long tip, Progress.Wanted wanted) {
    return idle(tip, wanted, NO_COUNTERS);
  }

  public static Progress idle(long tip, Progress.Counters counters) {
    return idle(tip, Progress.Wanted.NOTHING, counters);
  }

  /** The same while it waits for something. */
  public static Progress waiting(long tip, WaitingReason reason) {
    return idle(tip, Progress.Wanted.NOTHING, NO_COUNTERS, Optional.of(reason), 2);
  }

  /** The same while no peer serves these blocks. */
  public static Progress lacking(long tip, Progress.Unserved unserved) {
    Progress waiting = waiting(tip, WaitingReason.HEAD_UNSERVED);
    return new Progress(
        waiting.phase(),
        waiting.waiting(),
        waiting.sync(),
        waiting.tip(),
        waiting.wanted(),
        waiting.counters(),
        waiting.peers(),
        waiting.bannedHashes(),
        waiting.queuedBlocks(),
        waiting.bufferedBytes(),
        waiting.inFlightRequests(),
        waiting.announced(),
        Optional.of(unserved));
  }

  /** The same without peers. */
  public static Progress alone(long tip, WaitingReason reason) {
    return idle(tip, Progress.Wanted.NOTHING, NO_COUNTERS, Optional.of(reason), 0);
  }

  private static Progress idle(long tip, Progress.Wanted wanted, Progress.Counters counters) {
    return idle(tip, wanted, counters, Optional.empty(), 2);
  }

  private static Progress idle(
      long tip,
      Progress.Wanted wanted,
      Progress.Counters counters,
      Optional<WaitingReason> waiting,
      int peers) {
    return new Progress(
        Phase.IDLE,
        waiting,
        Optional.empty(),
        new BlockId(tip, hash(tip)),
        wanted,
        counters,
        peers(peers),
        0,
        0,
        0,
        0,
        new Progress.Announced(0, 0),
        Optional.empty());
  }

  public static Progress fetchingHashes(long anchorNumber, long links) {
    return syncing(
        Phase.FETCHING_HASHES,
        0,
        new ActiveSync(1, Optional.empty(), HEAD, anchorNumber, -1, links, 0, -1, -1));
  }

  public static Progress fetchingBlocks(long done, long whole) {
    return fetchingBlocks(1, done, whole);
  }

  /** The same of another sync. */
  public static Progress fetchingBlocks(long sync, long done, long whole) {
    return syncing(
        Phase.FETCHING_BLOCKS,
        done,
        new ActiveSync(sync, Optional.empty(), HEAD, whole, 0, whole, done, whole, -1));
  }

  private static Progress syncing(Phase phase, long tip, ActiveSync sync) {
    return new Progress(
        phase,
        Optional.of(WaitingReason.PEERS_BUSY),
        Optional.of(sync),
        new BlockId(tip, hash(tip)),
        Progress.Wanted.NOTHING,
        new Progress.Counters(0, 0, 1, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20),
        peers(2),
        3,
        4,
        5,
        6,
        new Progress.Announced(7, 8),
        Optional.empty());
  }

  private static List<Progress.PeerView> peers(int count) {
    return java.util.stream.IntStream.range(0, count)
        .mapToObj(
            i ->
                new Progress.PeerView(
                    "peer-" + i,
                    "HEADER",
                    HEAD.toString(),
                    9,
                    new Progress.Range(0, 9),
                    new Progress.Range(0, 9),
                    128,
                    1,
                    2,
                    25_000_000,
                    0,
                    100,
                    77))
        .toList();
  }
}
