package dev.windlass.bench;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.chain.rules.JavaKeyRecovery;
import dev.windlass.chain.rules.KeyRecovery;
import dev.windlass.chain.rules.Parallel;
import dev.windlass.chain.rules.Senders;
import dev.windlass.node.CpuThreads;
import dev.windlass.node.NativeKeyRecovery;
import dev.windlass.sim.ChainMaker;
import dev.windlass.wire.files.FileChain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How fast senders are recovered, by the native library and by Java, on one thread and on all
 * processors. Each figure is the best of {@link #ROUNDS} rounds.
 */
public final class SendersBench {
  private static final int ROUNDS = 3;
  private static final int NATIVE_MAX = 40_000;

  /** Java takes several times longer. */
  private static final int JAVA_MAX = 4_000;

  private final List<Block> blocks;

  private SendersBench(List<Block> blocks) {
    this.blocks = blocks;
  }

  /** Measures, and tells the figures in one line of {@code name=value}. */
  public static String run(ProofsBench.Options options) {
    if (options.file().isEmpty()) {
      ChainMaker made = ChainMaker.onDemand(1, options.blocks(), ChainMaker.Shape.SIGNED);
      return new SendersBench(blocks(made, options.blocks())).measure();
    }
    try (FileChain chain = FileChain.open(options.file().get())) {
      return new SendersBench(blocks(chain, options.blocks())).measure();
    }
  }

  /** Blocks with transactions, as many as one round needs. */
  private static List<Block> blocks(ServedChain chain, int count) {
    List<Block> found = new ArrayList<>();
    long transactions = 0;
    long from = chain.lowest().number();
    long to = Math.min(chain.head().number(), from + count);
    for (long number = from; number <= to && transactions < NATIVE_MAX; number++) {
      Block block = Block.of(BlockHeader.decode(chain.rawHeader(number)), chain.rawBody(number));
      if (block.transactionCount() > 0) {
        found.add(block);
        transactions += block.transactionCount();
      }
    }
    return found;
  }

  private String measure() {
    try (BenchFolder folder = BenchFolder.make("windlass-bench-senders");
        CpuThreads all = CpuThreads.ofAllProcessors()) {
      Optional<KeyRecovery> library = NativeKeyRecovery.load(folder.path());
      KeyRecovery java = new JavaKeyRecovery();
      return String.format(
          Locale.ROOT,
          "senders transactions=%d processors=%d native_per_second=%.0f"
              + " native_all_processors_per_second=%.0f java_per_second=%.0f"
              + " java_all_processors_per_second=%.0f",
          transactions(blocks),
          all.count(),
          library.map(keys -> rate(keys, Parallel.ONE_THREAD, NATIVE_MAX)).orElse(0.0),
          library.map(keys -> rate(keys, all, NATIVE_MAX)).orElse(0.0),
          rate(java, Parallel.ONE_THREAD, JAVA_MAX),
          rate(java, all, JAVA_MAX));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long transactions(List<Block> run) {
    return run.stream().mapToLong(Block::transactionCount).sum();
  }

  /** Recoveries a second, of the first so many transactions or some more. */
  private double rate(KeyRecovery keys, Parallel parallel, int transactionsMax) {
    int count = 0;
    long transactions = 0;
    while (count < blocks.size() && transactions < transactionsMax) {
      transactions += blocks.get(count++).transactionCount();
    }
    List<Block> run = blocks.subList(0, count);
    Senders senders = new Senders(keys, parallel);
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long started = System.nanoTime();
      senders
          .check(run)
          .ifPresent(
              breach -> {
                throw new IllegalStateException(breach.toString());
              });
      best = Math.max(best, transactions / ((System.nanoTime() - started) / 1e9));
    }
    return best;
  }
}
