package dev.windlass.bench;

import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Measures how fast the engine syncs if the peers and the store cost almost nothing. The peers are
 * in memory on their own threads, the blocks have some 520 bytes and are already judged, and an
 * insert only checks parents.
 *
 * <p>Each figure is the median of {@link #ROUNDS} syncs after {@link #WARM_UPS}. Chains of a
 * million blocks and more are synced once. With a bad peer each sync is followed by one without it,
 * and their ratio is printed, since the load of the machine may vary. The heap is measured in a
 * separate sync, by full collections while it runs.
 */
public final class EngineBench {
  private static final int WARM_UPS = 4;
  private static final int ROUNDS = 5;
  private static final int LONG_CHAIN = 1_000_000;

  /** The behaviour of one of the peers. */
  public enum BadPeer {
    NONE(0),
    SILENT(RigPeer.SILENT),
    HALF_SECOND(500_000_000L),
    ALMOST_THREE_SECONDS(2_900_000_000L),
    FIVE_SECONDS(5_000_000_000L);

    private final long delayNanos;

    BadPeer(long delayNanos) {
      this.delayNanos = delayNanos;
    }

    /** Parses {@code none, silent, 500ms, 2900ms, 5s}. */
    public static BadPeer parse(String text) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "none" -> NONE;
        case "silent" -> SILENT;
        case "500ms" -> HALF_SECOND;
        case "2900ms" -> ALMOST_THREE_SECONDS;
        case "5s" -> FIVE_SECONDS;
        default ->
            throw new IllegalArgumentException(
                "'" + text + "' is not one of none, silent, 500ms, 2900ms, 5s");
      };
    }
  }

  /**
   * The options of this benchmark.
   *
   * @param latency from a question to its answer
   * @param prove whether each header is hashed and each root checked, as for blocks from the
   *     network
   */
  public record Options(int peers, int blocks, Duration latency, BadPeer badPeer, boolean prove) {
    public Options {
      if (peers < 1 || (peers < 2 && badPeer != BadPeer.NONE)) {
        throw new IllegalArgumentException("--peers " + peers + ": one good peer is needed");
      }
      if (blocks < 1) {
        throw new IllegalArgumentException("--blocks " + blocks + ": at least 1 is needed");
      }
      if (latency.isNegative()) {
        throw new IllegalArgumentException("--latency " + latency + " is negative");
      }
    }
  }

  private final Options options;
  private final ChainMaker chain;

  private EngineBench(Options options) {
    this.options = options;
    this.chain = ChainMaker.onDemand(7, options.blocks, Shape.EMPTY);
  }

  /** Measures, and returns one line of figures. */
  public static String run(Options options) {
    EngineBench bench = new EngineBench(options);
    boolean isLong = options.blocks >= LONG_CHAIN;
    for (int i = 0; i < (isLong ? 1 : WARM_UPS); i++) {
      ChainMaker warmUp = isLong ? ChainMaker.onDemand(7, 100_000, Shape.EMPTY) : bench.chain;
      bench.sync(warmUp, options.badPeer, false);
    }
    List<RigSync.Result> results = new ArrayList<>();
    List<RigSync.Result> undisturbed = new ArrayList<>();
    for (int i = 0; i < (isLong ? 1 : ROUNDS); i++) {
      results.add(bench.sync(bench.chain, options.badPeer, false));
      if (options.badPeer != BadPeer.NONE) {
        undisturbed.add(bench.sync(bench.chain, BadPeer.NONE, false));
      }
    }
    RigSync.Result median = RigSync.median(results);
    long liveHeapBytes = bench.sync(bench.chain, options.badPeer, true).liveHeapBytes();
    String line = bench.line(median, liveHeapBytes);
    if (undisturbed.isEmpty()) {
      return line;
    }
    double without = RigSync.median(undisturbed).seconds();
    return line
        + String.format(
            Locale.ROOT,
            " undisturbed_blocks_per_second=%.0f ratio=%.2f",
            options.blocks / without,
            without / median.seconds());
  }

  private String line(RigSync.Result result, long liveHeapBytes) {
    Progress.Counters counters = result.counters();
    return String.format(
        Locale.ROOT,
        "bench=engine peers=%d blocks=%d latency_ms=%d bad_peer=%s prove=%b seconds=%.3f"
            + " blocks_per_second=%.0f hashes_seconds=%.3f blocks_seconds=%.3f"
            + " live_heap_bytes=%d refetched=%d hedged=%d timeouts=%d throttled=%d",
        options.peers,
        options.blocks,
        options.latency.toMillis(),
        options.badPeer.name().toLowerCase(Locale.ROOT),
        options.prove,
        result.seconds(),
        options.blocks / result.seconds(),
        result.hashSeconds(),
        result.seconds() - result.hashSeconds(),
        liveHeapBytes,
        counters.refetched(),
        counters.hedged(),
        counters.timeouts(),
        counters.throttled());
  }

  private RigSync.Result sync(ChainMaker synced, BadPeer badPeer, boolean isMeasuringHeap) {
    return RigSync.run(
        synced, downloader -> connectPeers(synced, badPeer, downloader), isMeasuringHeap);
  }

  private void connectPeers(ChainMaker synced, BadPeer badPeer, DownloaderVerticle downloader) {
    for (int i = 0; i < options.peers; i++) {
      boolean isBad = i == 0 && badPeer != BadPeer.NONE;
      long delay = isBad ? badPeer.delayNanos : options.latency.toNanos();
      RigPeer peer = new RigPeer(PeerId.of("rig" + i), synced, delay, options.prove, downloader);
      downloader.connect(peer, Head.of(synced.head().hash(), synced.head().number()));
    }
  }

  /**
   * Runs with the default options, or with the arguments {@code peers blocks latencyMs bad prove}.
   */
  public static void main(String[] args) {
    String[] all = Arrays.copyOf(args, 5);
    Options options =
        new Options(
            all[0] == null ? 8 : Integer.parseInt(all[0]),
            all[1] == null ? 100_000 : Integer.parseInt(all[1]),
            Duration.ofMillis(all[2] == null ? 0 : Long.parseLong(all[2])),
            all[3] == null ? BadPeer.NONE : BadPeer.parse(all[3]),
            all[4] != null && Boolean.parseBoolean(all[4]));
    System.out.println(run(options));
  }
}
