package dev.windlass.peerset;

import java.util.function.Consumer;

/**
 * The limits of requests to peers, and how long to wait for answers.
 *
 * @param hashesPerRequestMax 2048, the cap of the 2015 servers
 * @param headersPerRequestMax 1024, the cap of today's servers
 * @param wholeBlocksPerRequestMax 128, the cap of the 2015 servers
 * @param bodiesPerRequestMax 1024, the cap of today's servers
 * @param blocksPerRequestFirst blocks that a peer is asked for before its first delivery
 * @param bytesPerRequestMax servers end an answer at 2 MiB, so larger requests would only get short
 *     answers
 * @param creditsMax requests in flight to one header peer; a hash peer has one, since its protocol
 *     has no request ids
 * @param hashTimeoutNanos how long to wait for hashes and headers while the round trip is not known
 * @param slowNanos a delivery that took longer halves the capacity, even if it is typical
 * @param blockTimeoutNanos how long to wait for blocks while the round trip is not known; also the
 *     longest wait that follows from the round trip alone
 * @param timeoutNanosMin how long to wait for an answer at least
 * @param lateNanosMin a request is not late before this age, even if the peers are quicker
 * @param lacksMax hashes that one peer is remembered to lack; a peer that lacks more backs off
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

  public static final PeerLimits DEFAULT = new Draft().limits();

  /** The limits of the 2015 downloader: one request in flight, growth from a single block. */
  public static final PeerLimits OF_2015 =
      DEFAULT.with(
          limits -> {
            limits.bodiesPerRequestMax = 128;
            limits.blocksPerRequestFirst = 1;
            limits.bytesPerRequestMax = Long.MAX_VALUE / 4;
            limits.creditsMax = 1;
          });

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

  /** The same but for what is changed, each limit by its name. */
  public PeerLimits with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.limits();
  }

  /** Limits that are being changed; those of a new one are the default. */
  public static final class Draft {
    public int hashesPerRequestMax = 2_048;
    public int headersPerRequestMax = 1_024;
    public int wholeBlocksPerRequestMax = 128;
    public int bodiesPerRequestMax = 1_024;
    public int blocksPerRequestFirst = 32;
    public long bytesPerRequestMax = 2L << 20;
    public int creditsMax = 4;
    public long hashTimeoutNanos = 5 * SECONDS;
    public long slowNanos = 3 * SECONDS;
    public long blockTimeoutNanos = 9 * SECONDS;
    public long timeoutNanosMin = SECONDS;
    public long lateNanosMin = 10 * MILLIS;
    public int lacksMax = 4_096;

    private Draft() {}

    private Draft(PeerLimits from) {
      hashesPerRequestMax = from.hashesPerRequestMax;
      headersPerRequestMax = from.headersPerRequestMax;
      wholeBlocksPerRequestMax = from.wholeBlocksPerRequestMax;
      bodiesPerRequestMax = from.bodiesPerRequestMax;
      blocksPerRequestFirst = from.blocksPerRequestFirst;
      bytesPerRequestMax = from.bytesPerRequestMax;
      creditsMax = from.creditsMax;
      hashTimeoutNanos = from.hashTimeoutNanos;
      slowNanos = from.slowNanos;
      blockTimeoutNanos = from.blockTimeoutNanos;
      timeoutNanosMin = from.timeoutNanosMin;
      lateNanosMin = from.lateNanosMin;
      lacksMax = from.lacksMax;
    }

    private PeerLimits limits() {
      return new PeerLimits(
          hashesPerRequestMax,
          headersPerRequestMax,
          wholeBlocksPerRequestMax,
          bodiesPerRequestMax,
          blocksPerRequestFirst,
          bytesPerRequestMax,
          creditsMax,
          hashTimeoutNanos,
          slowNanos,
          blockTimeoutNanos,
          timeoutNanosMin,
          lateNanosMin,
          lacksMax);
    }
  }
}
