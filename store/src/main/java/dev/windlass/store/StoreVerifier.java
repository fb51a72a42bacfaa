package dev.windlass.store;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Proves every stored block again. Each header must match its hash, follow its parent and have the
 * body that it commits to. Both indexes must agree. No number between root and tip may be missing.
 *
 * <p>Used once, on a store without writers. It uses all cores and keeps a few blocks in memory at a
 * time. A value that cannot be read from disk is a problem like any other. The rest is still
 * proven.
 */
public final class StoreVerifier {
  /** Each number from root to tip has a canonical hash. */
  public static final String GAP = "gap";

  /** The header that an index names is stored. */
  public static final String HEADER_PRESENT = "header-present";

  /** The header's keccak is the hash it is stored under. */
  public static final String HEADER_HASH = "header-hash";

  /** The header has the number it is stored under. */
  public static final String NUMBER = "number";

  /** The block's body is stored. */
  public static final String BODY_PRESENT = "body-present";

  /** The body is RLP of a body's parts. */
  public static final String BODY_FORM = "body-form";

  /** The index has canonical hashes only between root and tip, and the tip's is the tip. */
  public static final String NUMBER_TO_HASH = "number-to-hash";

  /** The index has the number of each block under its hash. */
  public static final String HASH_TO_NUMBER = "hash-to-number";

  /** A checkpoint that the chain has passed is canonical. */
  public static final String CHECKPOINT = "checkpoint";

  /** The index in a sealed body file has the places that the database has. */
  public static final String BODY_INDEX = "body-index";

  /** What was written can be read from disk. */
  public static final String READABLE = "readable";

  private static final int BLOCKS_PER_TASK = 256;
  // Each task walks the hashes that begin with one byte.
  private static final int HASH_TASKS = 256;

  private final LevelDbBlockStore store;
  private final LongConsumer progress;
  private final Problems problems = new Problems();
  private final StoredBlockCheck blockCheck;
  private final IndexCheck indexCheck;
  private final AtomicLong checked = new AtomicLong();

  /**
   * Makes a verifier.
   *
   * @param progress receives now and then, on any thread, how many blocks were checked
   */
  public StoreVerifier(LevelDbBlockStore store, LongConsumer progress) {
    this.store = store;
    this.progress = progress;
    blockCheck = new StoredBlockCheck(store.database(), store.blocks().bodies(), problems);
    indexCheck = new IndexCheck(store, blockCheck, problems);
  }

  /** Proves the store. Throws if it is closed meanwhile. */
  public VerifyReport verify() {
    long root = store.root().number();
    long tip = store.tip().number();
    long tasks = (tip - root) / BLOCKS_PER_TASK + 1;
    AtomicLong beside = new AtomicLong();
    ExecutorService workers =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      inParallel(workers, tasks, task -> checkRun(root + task * BLOCKS_PER_TASK, tip));
      inParallel(workers, HASH_TASKS, task -> beside.addAndGet(indexCheck.checkBeside((int) task)));
    } finally {
      workers.shutdownNow();
    }
    indexCheck.checkEnds();
    store.blocks().bodies().epochs().forEach(this::checkBodyIndex);
    checkCheckpoints(tip);
    return new VerifyReport(
        checked.get(), beside.get(), store.tip(), problems.count(), problems.lowest());
  }

  private void checkBodyIndex(long epoch, EpochRecord record) {
    if (!record.isSealed()) {
      return;
    }
    Bodies bodies = store.blocks().bodies();
    try {
      ByteBuffer expected = BodyFileFormat.index(bodies.rows(epoch));
      if (!bodies.files().reader().holds(epoch, record.indexOffset(), expected)) {
        problems.add(
            BodyFileFormat.firstNumberOf(epoch),
            null,
            BODY_INDEX,
            "the index in "
                + BodyFileFormat.nameOf(epoch)
                + " at byte "
                + record.indexOffset()
                + " is not as it was written");
      }
    } catch (StoreException e) {
      requireDamaged(e);
      problems.add(BodyFileFormat.firstNumberOf(epoch), null, READABLE, e.getMessage());
    }
  }

  /** The tip may be below a checkpoint after a power cut, which loses the last second. */
  private void checkCheckpoints(long tip) {
    for (BlockId checkpoint : store.passedCheckpoints()) {
      Optional<Hash> there =
          checkpoint.number() > tip ? Optional.empty() : canonical(checkpoint.number());
      if (there.isPresent() && !there.get().equals(checkpoint.hash())) {
        problems.add(
            checkpoint.number(),
            there.get(),
            CHECKPOINT,
            "the chain passed checkpoint " + checkpoint.hash() + " at this number");
      }
    }
  }

  private static void inParallel(ExecutorService workers, long tasks, LongConsumer work) {
    AtomicLong next = new AtomicLong();
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      running.add(workers.submit(() -> takeTasks(next, tasks, work)));
    }
    try {
      for (Future<?> worker : running) {
        worker.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StoreException failed) {
        throw failed;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(StoreException.Kind.FAILED, "verifying was interrupted", e);
    }
  }

  private static void takeTasks(AtomicLong next, long tasks, LongConsumer work) {
    while (!Thread.currentThread().isInterrupted()) {
      long task = next.getAndIncrement();
      if (task >= tasks) {
        return;
      }
      work.accept(task);
    }
  }

  private void checkRun(long from, long tip) {
    long to = Math.min(tip, from + BLOCKS_PER_TASK - 1);
    // The run of the block below reports its problems.
    Optional<Hash> below = from == store.root().number() ? Optional.empty() : canonical(from - 1);
    for (long number = from; number <= to; number++) {
      Optional<Hash> hash = canonicalOrProblem(number);
      if (hash.isPresent()) {
        BlockId id = new BlockId(number, hash.get());
        boolean isInGap = store.blocks().gaps().contains(number);
        if (isInGap && store.hasLost(id)) {
          problems.add(number, id.hash(), BODY_PRESENT, "its body is not stored any more");
        }
        Optional<BlockHeader> header =
            isInGap ? blockCheck.checkBodiless(id) : blockCheck.check(id);
        if (header.isPresent() && below.isPresent()) {
          blockCheck.checkLink(header.get(), below.get());
        }
      }
      below = hash;
    }
    progress.accept(checked.addAndGet(to - from + 1));
  }

  private Optional<Hash> canonical(long number) {
    try {
      return store.blocks().storedCanonicalHash(number);
    } catch (StoreException e) {
      requireDamaged(e);
      return Optional.empty();
    }
  }

  private Optional<Hash> canonicalOrProblem(long number) {
    try {
      Optional<Hash> hash = store.blocks().storedCanonicalHash(number);
      if (hash.isEmpty()) {
        problems.add(number, null, GAP, "no block is stored at this number");
      }
      return hash;
    } catch (StoreException e) {
      requireDamaged(e);
      problems.add(number, null, READABLE, e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Rethrows a failure other than damage. A closed store, for example, is no evidence about its
   * blocks.
   */
  static void requireDamaged(StoreException failure) {
    if (failure.kind() != StoreException.Kind.DAMAGED) {
      throw failure;
    }
  }
}
