package dev.windlass.downloader;

/** The counters of the core. Owned by the downloader. */
public final class Tally {
  public long syncs;
  public long syncsFailed;
  public long announcements;
  public long hashes;
  public long blocks;
  public long bytes;
  public long timeouts;
  public long throttled;
  public long refetched;
  public long hedged;
  public long crossChecksPassed;
  public long crossChecksFailed;
  public long peersBanned;

  public Progress.Counters counters() {
    return new Progress.Counters(
        syncs,
        syncsFailed,
        announcements,
        hashes,
        blocks,
        bytes,
        timeouts,
        throttled,
        refetched,
        hedged,
        crossChecksPassed,
        crossChecksFailed,
        peersBanned);
  }
}
