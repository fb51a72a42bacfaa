package dev.windlass.downloader;

/** What has happened so far, counted. Owned by the downloader. */
final class Tally {
  long syncs;
  long syncsFailed;
  long announcements;
  long hashes;
  long blocks;
  long bytes;
  long timeouts;
  long throttled;
  long refetched;
  long hedged;
  long crossChecksPassed;
  long crossChecksFailed;
  long peersBanned;

  Progress.Counters counters() {
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
