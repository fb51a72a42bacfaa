package dev.windlass.peerset;

/**
 * What is asked of peers at most, and how long they are waited for.
 *
 * @param hashesPerRequestMax 2048, the cap of the 2015 servers
 * @param headersPerRequestMax 1024, the cap of today's servers
 * @param wholeBlocksPerRequestMax 128, the cap of the 2015 servers
 * @param bodiesPerRequestMax 1024, the cap of today's servers
 * @param blocksPerRequestFirst what a peer is asked for before it delivered anything
 * @param bytesPerRequestMax servers stop at 2 MiB, so that more would only come back short
 * @param creditsMax requests in flight to one header peer; a hash peer has one, since its protocol
 *     has no request ids
 * @param hashTimeoutNanos how long hashes and headers are waited for while the round trip is not
 *     known
 * @param slowNanos a delivery that took longer halves the capacity, whatever is typical
 * @param blockTimeoutNanos how long anything is waited for at most
 * @param timeoutNanosMin how long anything is waited for at least
 * @param lateNanosMin a request is not late before this age, however quick the peers are
 * @param lacksMax hashes remembered for one peer as not there; who lacks more is not asked for a
 *     while
 */
public record PeerLimits(
    int hashesPerRequestMax,
    int headersPerRequestMax,
    int wholeBlocksPerRequestMax,
    int bodiesPerRequestMax,
    int blocksPerRequestFirst,
    long bytesPerRequestMax,
    int creditsMax,
    long hashTimeoutNanos,
    long slowNanos,
    long blockTimeoutNanos,
    long timeoutNanosMin,
    long lateNanosMin,
    int lacksMax) {
  private static final long MILLIS = 1_000_000L;
  private static final long SECONDS = 1_000 * MILLIS;

  public static final PeerLimits DEFAULT =
      new PeerLimits(
          2_048,
          1_024,
          128,
          1_024,
          32,
          2L << 20,
          4,
          5 * SECONDS,
          3 * SECONDS,
          9 * SECONDS,
          SECONDS,
          10 * MILLIS,
          4_096);

  /** As the 2015 downloader had them: one request in flight, growth from a single block. */
  public static final PeerLimits OF_2015 =
      new PeerLimits(
          2_048,
          1_024,
          128,
          128,
          1,
          Long.MAX_VALUE / 4,
          1,
          5 * SECONDS,
          3 * SECONDS,
          9 * SECONDS,
          SECONDS,
          10 * MILLIS,
          4_096);

  public PeerLimits {
    require(hashesPerRequestMax >= 1, "hashesPerRequestMax", hashesPerRequestMax);
    require(headersPerRequestMax >= 1, "headersPerRequestMax", headersPerRequestMax);
    require(wholeBlocksPerRequestMax >= 1, "wholeBlocksPerRequestMax", wholeBlocksPerRequestMax);
    require(bodiesPerRequestMax >= 1, "bodiesPerRequestMax", bodiesPerRequestMax);
    require(blocksPerRequestFirst >= 1, "blocksPerRequestFirst", blocksPerRequestFirst);
    require(bytesPerRequestMax >= 1, "bytesPerRequestMax", bytesPerRequestMax);
    require(creditsMax >= 1, "creditsMax", creditsMax);
    require(hashTimeoutNanos >= 1, "hashTimeoutNanos", hashTimeoutNanos);
    require(slowNanos >= 1, "slowNanos", slowNanos);
    require(blockTimeoutNanos >= slowNanos, "blockTimeoutNanos", blockTimeoutNanos);
    require(timeoutNanosMin >= 1, "timeoutNanosMin", timeoutNanosMin);
    require(lateNanosMin >= 1, "lateNanosMin", lateNanosMin);
    require(lacksMax >= 1, "lacksMax", lacksMax);
  }

  private static void require(boolean holds, String name, long value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " " + value);
    }
  }

  int blocksPerRequestMax(PeerKind kind) {
    return kind == PeerKind.HASH ? wholeBlocksPerRequestMax : bodiesPerRequestMax;
  }

  int credits(PeerKind kind) {
    return kind == PeerKind.HASH ? 1 : creditsMax;
  }
}
