package dev.windlass.bench;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.Link;
import dev.windlass.chain.store.Segment;
import dev.windlass.store.LevelDbBlockStore;
import dev.windlass.store.StoreLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures LevelDB under the two loads of a sync. It writes headers, newest first, and blocks,
 * oldest first, and reads links between them.
 *
 * <p>The data is made outside of the measured time. Each measurement ends with a sync write, so
 * that it includes the disk.
 */
public final class StoreBench {
  private static final int LINKS_PER_READ = 2048;
  private static final int RUN_BLOCKS_MAX = 256;
  private static final int RUN_BYTES_MAX = 8 << 20;

  /**
   * The options of this benchmark.
   *
   * @param headers how many headers are stored, and read again as links
   * @param blocks how many of them get a body
   * @param bodyBytes the size of each body. Half of it can be compressed, as with transactions
   * @param folder the folder of the store, or null for a temporary one
   */
  public record Options(int headers, int blocks, int bodyBytes, Path folder, StoreLimits limits) {
    public static final Options DEFAULT =
        new Options(300_000, 50_000, 20_000, null, StoreLimits.DEFAULT);

    public Options {
      if (blocks < 1 || headers < blocks || bodyBytes < 16 || bodyBytes > 8 << 20) {
        throw new IllegalArgumentException(
            "bench store takes 1 to " + headers + " blocks of 16 bytes to 8 MiB");
      }
    }
  }

  private final Options options;
  private final BenchBlocks made = new BenchBlocks(1);
  private final List<BlockHeader> oldestFirst = new ArrayList<>();
  private final Block root;
  private long nanos;

  private StoreBench(Options options) {
    this.options = options;
    root = Block.of(made.header(Hash.ZERO, 0), body());
    oldestFirst.addAll(made.headersOn(root.header(), options.headers()));
  }

  /** Measures, and returns one line of figures. */
  public static String run(Options options) {
    Path folder = options.folder();
    try {
      if (folder != null) {
        return new StoreBench(options).measure(folder);
      }
      try (BenchFolder made = BenchFolder.make("bench-store")) {
        return new StoreBench(options).measure(made.path());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(LevelDbBlockStore store, Segment segment) {
    store.removeSegment(segment.id());
    boolean isLeft = true;
    while (isLeft) {
      isLeft = store.sweep();
    }
  }

  private String measure(Path folder) {
    try (LevelDbBlockStore store = LevelDbBlockStore.open(folder, root, options.limits())) {
      Segment segment = appendHeaders(store);
      long appendNanos = lap();
      readLinks(store, segment);
      long linksNanos = lap();
      long bytes = insertBlocks(store);
      long insertNanos = lap();
      readBlocks(store);
      long readNanos = lap();
      timed(() -> remove(store, segment));
      long removeNanos = lap();
      double megabytesPerSecond = perSecond(bytes, insertNanos) / 1e6;
      return String.format(
          Locale.ROOT,
          "headers=%d headers_per_second=%.0f links_read_per_second=%.0f"
              + " removed_headers_per_second=%.0f blocks=%d body_bytes=%d blocks_per_second=%.0f"
              + " megabytes_per_second=%.1f blocks_read_per_second=%.0f size_bytes=%d",
          options.headers(),
          perSecond(options.headers(), appendNanos),
          perSecond(options.headers(), linksNanos),
          perSecond(options.headers(), removeNanos),
          options.blocks(),
          options.bodyBytes(),
          perSecond(options.blocks(), insertNanos),
          megabytesPerSecond,
          perSecond(options.blocks(), readNanos),
          store.sizeBytes());
    }
  }

  private static double perSecond(long count, long nanos) {
    return count * 1e9 / nanos;
  }

  private void timed(Runnable work) {
    long start = System.nanoTime();
    work.run();
    nanos += System.nanoTime() - start;
  }

  private long lap() {
    long lap = nanos;
    nanos = 0;
    return lap;
  }

  private Segment appendHeaders(LevelDbBlockStore store) {
    Segment segment =
        BenchBlocks.appendHeaders(
            oldestFirst, (grown, batch) -> timed(() -> store.appendHeaders(grown, batch)));
    timed(store::sync);
    return segment;
  }

  private void readLinks(LevelDbBlockStore store, Segment segment) {
    for (long position = segment.length() - 1; position >= 0; position -= LINKS_PER_READ) {
      long at = position;
      timed(
          () -> {
            List<Link> links =
                store.links(segment, at, segment.anchorNumber() - at, LINKS_PER_READ);
            require(links.get(0).isProven());
          });
    }
  }

  private long insertBlocks(LevelDbBlockStore store) {
    int runBlocks = Math.min(RUN_BLOCKS_MAX, Math.max(1, RUN_BYTES_MAX / options.bodyBytes()));
    long bytes = 0;
    for (int from = 0; from < options.blocks(); from += runBlocks) {
      List<Block> run = new ArrayList<>(runBlocks);
      for (int i = from; i < Math.min(options.blocks(), from + runBlocks); i++) {
        Block block = Block.of(oldestFirst.get(i), body());
        bytes += block.size();
        run.add(block);
      }
      timed(() -> store.insert(run, false));
    }
    timed(store::sync);
    return bytes;
  }

  /** Half noise and half zeros. */
  private byte[] body() {
    return made.body(options.bodyBytes(), options.bodyBytes() / 2);
  }

  private void readBlocks(LevelDbBlockStore store) {
    for (int i = 0; i < options.blocks(); i++) {
      BlockId id = oldestFirst.get(i).id();
      timed(() -> require(store.block(id).isPresent()));
    }
  }

  private static void require(boolean isTrue) {
    if (!isTrue) {
      throw new IllegalStateException("the store does not give back what was stored");
    }
  }
}
