package dev.windlass.bench;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.store.LevelDbBlockStore;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Measures whether the store stays as fast as it grows: bodies of random bytes, oldest first, below
 * headers that are stored before, as in a sync.
 *
 * <p>The bodies are made outside of the measured time. Each gigabyte ends with a sync write. After
 * each one the rate of the disk itself is measured, since it falls as well once its cache is full.
 */
public final class BodiesBench {
  private static final long GIGABYTE = 1_000_000_000;

  /** Written after each gigabyte, as much again. */
  private static final long PROBE_BYTES = GIGABYTE;

  private static final int RUN_BLOCKS_MAX = 256;
  private static final int RUN_BYTES_MAX = 8 << 20;
  private static final int RANDOM_READS = 20_000;
  private static final long READ_BYTES_MAX = 2 * GIGABYTE;

  /**
   * The options of this benchmark.
   *
   * @param megabytes how many bytes of bodies, in millions
   * @param bodyBytes the size of each body
   */
  public record Options(long megabytes, int bodyBytes) {
    public Options {
      if (bodyBytes < 16
          || bodyBytes > 8 << 20
          || megabytes < 1
          || megabytes * 1_000_000 / bodyBytes > 10_000_000
          || megabytes * 1_000_000 < bodyBytes) {
        throw new IllegalArgumentException(
            "bench bodies takes bodies of 16 bytes to 8 MiB, 10,000,000 at most");
      }
    }

    private int blocks() {
      return (int) (megabytes * 1_000_000 / bodyBytes);
    }
  }

  private final Options options;
  private final SequentialFile disk;
  private final BenchBlocks made = new BenchBlocks(1);
  private final List<Double> rates = new ArrayList<>();
  private final List<Double> diskRates = new ArrayList<>();
  private long bytes;
  private long nanos;

  private BodiesBench(Options options, SequentialFile disk) {
    this.options = options;
    this.disk = disk;
  }

  /** Measures, and returns one line of figures. */
  public static String run(Options options) {
    try (BenchFolder folder = BenchFolder.make("bench-bodies");
        SequentialFile disk = new SequentialFile(folder.path().resolve("sequential"))) {
      return new BodiesBench(options, disk)
          .measure(Files.createDirectory(folder.path().resolve("store")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static double megabytesPerSecond(long bytes, long nanos) {
    return bytes * 1e3 / nanos;
  }

  private String measure(Path folder) throws IOException {
    Block root = Block.of(made.header(Hash.ZERO, 0), made.body(16, 16));
    try (LevelDbBlockStore store = LevelDbBlockStore.open(folder, root)) {
      List<BlockHeader> oldestFirst = made.headersOn(root.header(), options.blocks());
      BenchBlocks.appendHeaders(oldestFirst, store::appendHeaders);
      store.sync();
      long before = writtenBytes();
      long sequential = disk.written();
      insert(store, oldestFirst);
      sequential = disk.written() - sequential;
      long insertNanos = nanos;
      List<BlockId> ids = oldestFirst.stream().map(BlockHeader::id).toList();
      double inOrder = readInOrder(store, ids);
      double atRandom = readAtRandom(store, ids);
      long written = writtenBytes() - before - sequential;
      return String.format(
          Locale.ROOT,
          "blocks=%d body_bytes=%d megabytes_per_second=%.1f by_gigabyte=%s"
              + " disk_by_gigabyte=%s last_to_first=%.2f"
              + " written_per_byte=%.2f written_counted_by=write_bytes files=%d size_bytes=%d"
              + " read_megabytes_per_second=%.1f random_reads_per_second=%.0f",
          options.blocks(),
          options.bodyBytes(),
          megabytesPerSecond(bytes, insertNanos),
          list(rates),
          list(diskRates),
          rates.get(rates.size() - 1) / rates.get(0),
          (double) written / bytes,
          count(folder.toFile()),
          store.sizeBytes(),
          inOrder,
          atRandom);
    }
  }

  private static String list(List<Double> figures) {
    return figures.stream()
        .map(rate -> String.format(Locale.ROOT, "%.1f", rate))
        .collect(Collectors.joining(","));
  }

  /**
   * The pages that this process has made dirty, in bytes. The kernel counts those of memory maps as
   * well, through which LevelDB writes. 0 if the system has no such figure.
   */
  private static long writtenBytes() throws IOException {
    Path io = Path.of("/proc/self/io");
    if (!Files.isReadable(io)) {
      return 0;
    }
    return Files.readAllLines(io).stream()
        .filter(line -> line.startsWith("write_bytes: "))
        .mapToLong(line -> Long.parseLong(line.substring("write_bytes: ".length())))
        .findFirst()
        .orElse(0);
  }

  private void insert(LevelDbBlockStore store, List<BlockHeader> oldestFirst) {
    int runBlocks = Math.min(RUN_BLOCKS_MAX, Math.max(1, RUN_BYTES_MAX / options.bodyBytes()));
    long bytesBefore = 0;
    long nanosBefore = 0;
    for (int from = 0; from < oldestFirst.size(); from += runBlocks) {
      List<Block> run = new ArrayList<>(runBlocks);
      int to = Math.min(oldestFirst.size(), from + runBlocks);
      for (BlockHeader header : oldestFirst.subList(from, to)) {
        run.add(Block.of(header, made.body(options.bodyBytes(), options.bodyBytes())));
        bytes += options.bodyBytes();
      }
      timed(() -> store.insert(run, false));
      boolean isEnd = to == oldestFirst.size();
      if (isEnd || bytes - bytesBefore >= GIGABYTE) {
        timed(store::sync);
        // The rest at the end may be too small to be a rate of its own.
        if (!isEnd || rates.isEmpty() || bytes - bytesBefore > GIGABYTE / 2) {
          rates.add(megabytesPerSecond(bytes - bytesBefore, nanos - nanosBefore));
          diskRates.add(disk.append(Math.min(PROBE_BYTES, bytes - bytesBefore)));
        }
        bytesBefore = bytes;
        nanosBefore = nanos;
      }
    }
  }

  private void timed(Runnable work) {
    long start = System.nanoTime();
    work.run();
    nanos += System.nanoTime() - start;
  }

  /** Reads the newest bodies, which the operating system has in its cache, in order. */
  private double readInOrder(LevelDbBlockStore store, List<BlockId> ids) {
    int count = (int) Math.min(ids.size(), READ_BYTES_MAX / options.bodyBytes());
    long start = System.nanoTime();
    long read = 0;
    for (BlockId id : ids.subList(ids.size() - count, ids.size())) {
      read += store.rawBody(id).orElseThrow().length;
    }
    return megabytesPerSecond(read, System.nanoTime() - start);
  }

  private static double readAtRandom(LevelDbBlockStore store, List<BlockId> ids) {
    Random random = new Random(3);
    int reads = Math.min(RANDOM_READS, ids.size());
    long start = System.nanoTime();
    for (int i = 0; i < reads; i++) {
      if (store.block(ids.get(random.nextInt(ids.size()))).isEmpty()) {
        throw new IllegalStateException("the store does not give back what was stored");
      }
    }
    return reads * 1e9 / (System.nanoTime() - start);
  }

  /** LevelDB may delete files meanwhile, which a walk that reads their attributes does not bear. */
  private static long count(File folder) {
    long files = 0;
    File[] inside = folder.listFiles();
    for (File file : inside == null ? new File[0] : inside) {
      files += file.isDirectory() ? count(file) : 1;
    }
    return files;
  }
}
