package dev.windlass.bench;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.LevelDbBlockStore;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.network.ForkSchedule;
import dev.windlass.wire.network.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Measures syncs over RLPx and eth into LevelDB, from one Windlass to another over loopback, or
 * from a running node.
 *
 * <p>Each figure is the best of some rounds, each with its own store. With a running node the
 * rounds alternate with a bare client that fetches, hashes and links the same headers. Its rate is
 * the upper bound that this node allows.
 */
public final class WireBench {
  private static final int RUN_BLOCKS_MAX = 256;
  private static final int RUN_BYTES_MAX = 8 << 20;

  /** Blocks with a body of some 70 KB in 150 transactions, as on mainnet. */
  private static final Shape LARGE = new Shape(300, 700, 21);

  /** A node that accepts connections. */
  interface Served extends AutoCloseable {
    Enode enode();

    @Override
    void close();
  }

  /**
   * The options of syncs between two of our nodes.
   *
   * @param headers how many blocks without a body
   * @param blocks how many blocks with a large body
   * @param rounds the number of syncs. The best one counts
   */
  public record Options(int headers, int blocks, int rounds) {}

  /** A running node, and a head that it has. The best of the rounds counts. */
  public record Remote(Network network, Block genesis, Enode enode, Hash head, int rounds) {}

  private final BenchRig rig = new BenchRig();
  private final Path folder;
  private final int rounds;
  private int stores;

  private WireBench(Path folder, int rounds) {
    this.rounds = rounds;
    this.folder = folder;
  }

  /** Measures between two of our nodes, and returns one line of figures. */
  public static String run(Options options) {
    return inFolder(folder -> new WireBench(folder, options.rounds()).between(options));
  }

  /** Measures against a running node, and returns one line of figures. */
  public static String run(Remote remote) {
    return inFolder(folder -> new WireBench(folder, remote.rounds()).from(remote));
  }

  private static String inFolder(Function<Path, String> measure) {
    try (BenchFolder folder = BenchFolder.make("bench-wire")) {
      return measure.apply(folder.path());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String between(Options options) {
    Figures headers = between(ChainMaker.onDemand(1, options.headers(), Shape.EMPTY));
    ChainMaker large = ChainMaker.onDemand(2, options.blocks(), LARGE);
    Figures bodies = between(large);
    long bytes = 0;
    for (long number = 1; number <= options.blocks(); number++) {
      bytes += large.rawBody(number).length;
    }
    return String.format(
        Locale.ROOT,
        "wire headers=%d headers_per_second=%.0f blocks_per_second=%.0f"
            + " blocks=%d body_bytes=%d bodies_per_second=%.0f megabytes_per_second=%.1f",
        options.headers(),
        headers.headersPerSecond,
        headers.blocksPerSecond,
        options.blocks(),
        bytes,
        bodies.blocksPerSecond,
        bodies.blocksPerSecond * bytes / options.blocks() / 1e6);
  }

  private Figures between(ChainMaker chain) {
    Block genesis = chain.block(0);
    Network network =
        new Network(
            "bench", 1, genesis.hash(), new ForkSchedule(genesis.hash(), 0, List.of(), List.of()));
    Figures best = new Figures();
    try (Served served = rig.serve(network, filled(chain, genesis))) {
      for (int round = 0; round < rounds; round++) {
        best.note(rig.sync(network, fresh(genesis), served.enode(), chain.head().hash()));
      }
    }
    return best;
  }

  private String from(Remote remote) {
    Figures best = new Figures();
    double ceiling = 0;
    BlockId head = null;
    for (int round = 0; round < rounds; round++) {
      SyncSummary summary =
          rig.sync(remote.network(), fresh(remote.genesis()), remote.enode(), remote.head());
      best.note(summary);
      head = summary.tip();
      ceiling = Math.max(ceiling, BareClient.headersPerSecond(remote, head));
    }
    return String.format(
        Locale.ROOT,
        "wire headers=%d headers_per_second=%.0f ceiling_headers_per_second=%.0f of_ceiling=%.2f"
            + " blocks_per_second=%.0f",
        head.number(),
        best.headersPerSecond,
        ceiling,
        best.headersPerSecond / ceiling,
        best.blocksPerSecond);
  }

  private BlockStore fresh(Block genesis) {
    return LevelDbBlockStore.open(folder.resolve("store-" + stores++), genesis);
  }

  private BlockStore filled(ChainMaker chain, Block genesis) {
    BlockStore store = fresh(genesis);
    List<Block> run = new ArrayList<>();
    long bytes = 0;
    for (long number = 1; number <= chain.head().number(); number++) {
      Block block = chain.block(number);
      run.add(block);
      bytes += block.rawBody().length;
      boolean isLast = number == chain.head().number();
      if (isLast || run.size() == RUN_BLOCKS_MAX || bytes >= RUN_BYTES_MAX) {
        store.insert(run, isLast);
        run.clear();
        bytes = 0;
      }
    }
    return store;
  }

  /** The best rates so far. */
  private static final class Figures {
    private double headersPerSecond;
    private double blocksPerSecond;

    void note(SyncSummary summary) {
      headersPerSecond = Math.max(headersPerSecond, summary.links() * 1e9 / summary.hashesNanos());
      long blocksNanos = summary.elapsedNanos() - summary.hashesNanos();
      blocksPerSecond = Math.max(blocksPerSecond, summary.blocks() * 1e9 / blocksNanos);
    }
  }
}
