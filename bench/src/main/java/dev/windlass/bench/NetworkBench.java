package dev.windlass.bench;

import dev.windlass.bench.NetworkPeer.Behaviour;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Measures how fast the engine syncs from many peers behind slow lines, some of them bad. The peers
 * are in memory, their round trips and rates are kept by timers. Their rates are spread evenly
 * between the lowest and the highest one.
 *
 * <p>Each round syncs from all peers while all are good, then while one in some is bad, then from
 * the good ones alone. The figures are medians of the rounds.
 */
public final class NetworkBench {
  private static final int TIMERS = 2;

  /** Bytes per second of the slowest good peer, and of the fastest. */
  private static final long RATE_MIN = 2_500_000;

  private static final long RATE_MAX = 12_500_000;

  private static final Behaviour[] BAD = {
    Behaviour.SILENT, Behaviour.LYING, Behaviour.LATE, Behaviour.LACKING, Behaviour.TRICKLING
  };

  /**
   * The options of this benchmark.
   *
   * @param transactions of each block at most, 0 for blocks without a body
   * @param badOneIn one in so many peers is bad
   */
  public record Options(
      int peers, int blocks, int transactions, Duration latency, int badOneIn, int rounds) {
    public Options {
      if (badOneIn < 2 || peers < badOneIn) {
        throw new IllegalArgumentException(
            "--peers " + peers + " with --bad-one-in " + badOneIn + ": no peer would be bad");
      }
    }

    private Shape shape() {
      return transactions == 0 ? Shape.EMPTY : new Shape(transactions, 700, 21);
    }
  }

  private enum Peers {
    ALL_GOOD,
    SOME_BAD,
    GOOD_ONES_ALONE
  }

  private final Options options;
  private final ChainMaker chain;
  private final RigAnswers answers;

  private NetworkBench(Options options) {
    this.options = options;
    chain = ChainMaker.onDemand(7, options.blocks(), options.shape());
    answers = new RigAnswers(chain, false);
  }

  /** Measures, and returns one line of figures. */
  public static String run(Options options) {
    return new NetworkBench(options).measure();
  }

  private String measure() {
    sync(Peers.ALL_GOOD, false);
    Map<Peers, List<RigSync.Result>> results = new EnumMap<>(Peers.class);
    for (int round = 0; round < options.rounds(); round++) {
      for (Peers peers : Peers.values()) {
        results.computeIfAbsent(peers, none -> new ArrayList<>()).add(sync(peers, false));
      }
    }
    RigSync.Result good = RigSync.median(results.get(Peers.ALL_GOOD));
    RigSync.Result bad = RigSync.median(results.get(Peers.SOME_BAD));
    RigSync.Result alone = RigSync.median(results.get(Peers.GOOD_ONES_ALONE));
    long heap = sync(Peers.SOME_BAD, true).liveHeapBytes();
    return String.format(
            Locale.ROOT,
            "bench=network peers=%d blocks=%d transactions=%d latency_ms=%d bad=%d",
            options.peers(),
            options.blocks(),
            options.transactions(),
            options.latency().toMillis(),
            options.peers() / options.badOneIn())
        + rates("", good)
        + rates("with_bad_", bad)
        + rates("good_alone_", alone)
        + String.format(
            Locale.ROOT,
            " bad_to_none=%.2f bad_to_good_alone=%.2f live_heap_bytes=%d",
            good.seconds() / bad.seconds(),
            alone.seconds() / bad.seconds(),
            heap)
        + counters(bad.counters());
  }

  private String rates(String prefix, RigSync.Result result) {
    return String.format(
        Locale.ROOT,
        " %1$sheaders_per_second=%2$.0f %1$sblocks_per_second=%3$.0f",
        prefix,
        options.blocks() / result.hashSeconds(),
        options.blocks() / (result.seconds() - result.hashSeconds()));
  }

  private static String counters(Progress.Counters counters) {
    return String.format(
        Locale.ROOT,
        " refetched=%d hedged=%d timeouts=%d",
        counters.refetched(),
        counters.hedged(),
        counters.timeouts());
  }

  private RigSync.Result sync(Peers peers, boolean isMeasuringHeap) {
    ScheduledExecutorService timers =
        Executors.newScheduledThreadPool(
            TIMERS,
            task -> {
              Thread thread = new Thread(task, "network-peers");
              thread.setDaemon(true);
              return thread;
            });
    try {
      return RigSync.run(chain, downloader -> connect(peers, downloader, timers), isMeasuringHeap);
    } finally {
      timers.shutdownNow();
    }
  }

  private void connect(
      Peers peers, DownloaderVerticle downloader, ScheduledExecutorService timers) {
    int bad = 0;
    for (int i = 0; i < options.peers(); i++) {
      boolean isBad = i % options.badOneIn() == 0;
      if (isBad && peers == Peers.GOOD_ONES_ALONE) {
        continue;
      }
      Behaviour behaviour =
          isBad && peers == Peers.SOME_BAD ? BAD[bad++ % BAD.length] : Behaviour.GOOD;
      NetworkPeer peer =
          new NetworkPeer(PeerId.of("peer" + i), behaviour, answers, line(i), downloader, timers);
      downloader.connect(peer, Head.of(chain.head().hash(), chain.head().number()));
    }
  }

  private NetworkPeer.Line line(int peer) {
    // Neighbours differ, so bad peers are not the slow ones.
    int place = peer * 7 % options.peers();
    return new NetworkPeer.Line(
        options.latency().toNanos(),
        RATE_MIN + (RATE_MAX - RATE_MIN) * place / Math.max(1, options.peers() - 1));
  }
}
