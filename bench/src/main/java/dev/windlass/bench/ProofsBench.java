package dev.windlass.bench;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.ReplyJudge;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.chain.keccak.KeccakBatch;
import dev.windlass.chain.keccak.KeccakLanes;
import dev.windlass.chain.rules.ChainBelow;
import dev.windlass.chain.rules.FullCheck;
import dev.windlass.chain.rules.Seal;
import dev.windlass.sim.ChainMaker;
import dev.windlass.vector.FastestLanes;
import dev.windlass.wire.files.FileChain;
import dev.windlass.wire.network.Network;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Measures how fast answers are proven on one thread. Headers are decoded, hashed and linked.
 * Bodies are decoded, and their roots are computed. Both come in batches of the protocol's size.
 * Then the bodies are proven again with the full check, without senders.
 *
 * <p>The answers are in memory beforehand. Each round proves them with plain Java and, if they
 * prove faster, with vectors. Each figure is the best of {@link #ROUNDS} rounds, in CPU time.
 */
public final class ProofsBench {
  private static final int ROUNDS = 5;
  private static final int HEADERS_PER_REPLY = 1024;
  private static final int BODIES_PER_REPLY = 128;
  private static final int BLOCKS_IN_MEMORY_MAX = 20_000;

  /**
   * The options of this benchmark.
   *
   * @param file a file of blocks. Empty for a made chain with signed transactions
   * @param blocks how many to prove in each round. A shorter file is repeated
   * @param network the network whose rules the blocks of the file keep
   */
  public record Options(Optional<Path> file, int blocks, Network network) {
    /** Of a made chain, or of blocks of mainnet. */
    public Options(Optional<Path> file, int blocks) {
      this(file, blocks, Network.MAINNET);
    }

    public Options {
      if (blocks < 1) {
        throw new IllegalArgumentException("--blocks " + blocks + ": at least 1 is needed");
      }
    }
  }

  private final List<HeaderReply> headerReplies = new ArrayList<>();
  private final List<BodyReply> bodyReplies = new ArrayList<>();
  private final FullCheck full;
  private long proven;
  private long transactions;
  private long bytes;

  private ProofsBench(ServedChain chain, int blocks, FullCheck full) {
    this.full = full;
    long from = chain.lowest().number();
    long span = Math.min(chain.head().number() - from + 1, Math.min(blocks, BLOCKS_IN_MEMORY_MAX));
    for (long first = from; first < from + span; first += HEADERS_PER_REPLY) {
      headerReplies.add(
          HeaderReply.of(chain, first, Math.min(first + HEADERS_PER_REPLY, from + span)));
    }
    for (long first = from; first < from + span; first += BODIES_PER_REPLY) {
      bodyReplies.add(BodyReply.of(chain, first, Math.min(first + BODIES_PER_REPLY, from + span)));
    }
  }

  /**
   * Measures, and returns one line of {@code name=value} figures.
   *
   * @throws dev.windlass.wire.files.FileChainException if the file is no chain
   */
  public static String run(Options options) {
    if (options.file().isEmpty()) {
      int blocks = Math.min(options.blocks(), BLOCKS_IN_MEMORY_MAX);
      ChainMaker chain = ChainMaker.onDemand(1, blocks, ChainMaker.Shape.SIGNED);
      FullCheck check = FullCheck.of(ChainMaker.Shape.SIGNED.rules(), Seal.NOT_VERIFIABLE);
      return new ProofsBench(chain, options.blocks(), check).measure(options.blocks());
    }
    FullCheck check = FullCheck.of(options.network().rules().orElseThrow(), Seal.NOT_VERIFIABLE);
    ProofsBench bench;
    try (FileChain chain = FileChain.open(options.file().get())) {
      bench = new ProofsBench(chain, options.blocks(), check);
    }
    return bench.measure(options.blocks());
  }

  private String measure(int blocks) {
    KeccakLanes scalar = KeccakBatch.scalar();
    KeccakLanes fastest = FastestLanes.available().filter(FastestLanes::useIfFaster).orElse(scalar);
    Rates best = Rates.NONE;
    Rates bestScalar = Rates.NONE;
    double fullPerSecond = 0;
    double seconds = 0;
    for (int round = 0; round < ROUNDS; round++) {
      KeccakBatch.use(fastest);
      double started = cpuSeconds();
      long checked = proveBlocks(blocks, true);
      double fullSeconds = cpuSeconds() - started;
      fullPerSecond = Math.max(fullPerSecond, checked / fullSeconds);
      Rates scalarRates = measure(blocks, scalar);
      Rates rates = fastest.count() == 1 ? scalarRates : measure(blocks, fastest);
      best = best.max(rates);
      bestScalar = bestScalar.max(scalarRates);
      seconds += fullSeconds + scalarRates.seconds + rates.seconds;
    }
    headerReplies.clear();
    bodyReplies.clear();
    return String.format(
        Locale.ROOT,
        "proofs blocks=%d transactions=%d bytes=%d rounds=%d cpu_seconds=%.2f"
            + " headers_per_second=%.0f blocks_per_second=%.0f megabytes_per_second=%.1f"
            + " full_blocks_per_second=%.0f full_ratio=%.2f live_heap_bytes=%d lanes=%d"
            + " scalar_headers_per_second=%.0f headers_ratio=%.2f"
            + " scalar_megabytes_per_second=%.1f megabytes_ratio=%.2f",
        proven,
        transactions,
        bytes,
        ROUNDS,
        seconds,
        best.headers,
        best.blocks,
        best.bytes / 1e6,
        fullPerSecond,
        fullPerSecond / best.blocks,
        liveHeapBytes(),
        fastest.count(),
        bestScalar.headers,
        best.headers / bestScalar.headers,
        bestScalar.bytes / 1e6,
        best.bytes / bestScalar.bytes);
  }

  private Rates measure(int blocks, KeccakLanes lanes) {
    KeccakBatch.use(lanes);
    double started = cpuSeconds();
    long headers = proveHeaders(blocks);
    double headersDone = cpuSeconds();
    transactions = 0;
    bytes = 0;
    proven = proveBlocks(blocks, false);
    double ended = cpuSeconds();
    double blockSeconds = ended - headersDone;
    return new Rates(
        headers / (headersDone - started),
        proven / blockSeconds,
        bytes / blockSeconds,
        ended - started);
  }

  /** What this thread has worked. Other programs on the machine do not count. */
  private static double cpuSeconds() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
  }

  /** What was proven in a second of one processor. */
  private record Rates(double headers, double blocks, double bytes, double seconds) {
    static final Rates NONE = new Rates(0, 0, 0, 0);

    Rates max(Rates other) {
      return new Rates(
          Math.max(headers, other.headers),
          Math.max(blocks, other.blocks),
          Math.max(bytes, other.bytes),
          other.seconds);
    }
  }

  private static long liveHeapBytes() {
    Runtime runtime = Runtime.getRuntime();
    runtime.gc();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private long proveHeaders(int count) {
    long done = 0;
    while (true) {
      for (HeaderReply reply : headerReplies) {
        Delivery<BlockHeader> delivery = ReplyJudge.headers(reply.query(), reply.raw());
        expectComplete(delivery);
        done += delivery.items().size();
        if (done >= count) {
          return done;
        }
      }
    }
  }

  /** Proves headers and bodies, as of blocks that arrive in two answers. */
  private long proveBlocks(int count, boolean isFull) {
    long done = 0;
    while (true) {
      for (BodyReply reply : bodyReplies) {
        List<Hash> hashes = Keccak.hashAll(reply.rawHeaders());
        List<BlockHeader> headers = new ArrayList<>(hashes.size());
        BlockHeader parent = null;
        for (byte[] raw : reply.rawHeaders()) {
          BlockHeader header = BlockHeader.trusted(raw, 0, raw.length, hashes.get(headers.size()));
          if (parent != null && !BlockRules.isLinked(parent, header)) {
            throw new IllegalStateException("block " + header + " is not linked");
          }
          headers.add(header);
          bytes += raw.length;
          parent = header;
        }
        Delivery<Block> delivery = ReplyJudge.bodies(headers, reply.rawBodies());
        expectComplete(delivery);
        bytes += delivery.bytes();
        for (Block block : delivery.items()) {
          transactions += block.transactionCount();
        }
        if (isFull) {
          checkFully(reply.below(), delivery.items());
        }
        done += headers.size();
        if (done >= count) {
          return done;
        }
      }
    }
  }

  private void checkFully(List<Block> below, List<Block> run) {
    // The first block of all has no parent here.
    boolean hasParent = !below.isEmpty();
    ChainBelow chain = ChainBelow.of(hasParent ? below : run.subList(0, 1));
    List<Block> checked = hasParent ? run : run.subList(1, run.size());
    full.check(chain, checked, Instant.now().getEpochSecond())
        .ifPresent(
            breach -> {
              throw new IllegalStateException(breach.toString());
            });
  }

  private static void expectComplete(Delivery<?> delivery) {
    if (delivery.verdict() != Verdict.COMPLETE) {
      throw new IllegalStateException(delivery.verdict() + ": " + delivery.evidence());
    }
  }

  /** An answer of headers, newest first, with its query. */
  private record HeaderReply(HeaderQuery query, List<byte[]> raw) {
    static HeaderReply of(ServedChain chain, long from, long to) {
      List<byte[]> raw = new ArrayList<>();
      for (long number = to - 1; number >= from; number--) {
        raw.add(chain.rawHeader(number));
      }
      Hash newest = chain.hashAt(to - 1);
      return new HeaderReply(HeaderQuery.byHash(newest, raw.size()), raw);
    }
  }

  /** An answer of bodies, oldest first, with their headers, and the blocks below the first. */
  private record BodyReply(List<byte[]> rawHeaders, List<byte[]> rawBodies, List<Block> below) {
    static BodyReply of(ServedChain chain, long from, long to) {
      List<byte[]> rawHeaders = new ArrayList<>();
      List<byte[]> rawBodies = new ArrayList<>();
      List<Block> below = new ArrayList<>();
      long lowest = Math.max(chain.lowest().number(), from - ChainBelow.BLOCKS_MAX);
      for (long number = lowest; number < from; number++) {
        below.add(Block.of(BlockHeader.decode(chain.rawHeader(number)), chain.rawBody(number)));
      }
      for (long number = from; number < to; number++) {
        rawHeaders.add(chain.rawHeader(number));
        rawBodies.add(chain.rawBody(number));
      }
      return new BodyReply(rawHeaders, rawBodies, below);
    }
  }
}
