package dev.windlass.p2p;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.chain.store.ChainStore;
import dev.windlass.chain.store.DifficultyMark;
import dev.windlass.wire.devp2p.Workers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The total difficulty of the stored chain from its lowest block on. Nodes up to eth/68 sync only
 * from nodes that report more than they have.
 *
 * <p>Any thread may read it. A worker sums a part of it each second. On a long chain, or just after
 * a reorg, the value is therefore that of an ancestor. Marks in the store keep the sums, and a
 * start goes on from the highest mark that is still canonical. That mark lies less than {@link
 * #BLOCKS_BETWEEN_MARKS} blocks below the last sum. After a reorg of N blocks that was not summed
 * before the stop, it lies less than 4N blocks lower.
 */
public final class TotalDifficulty implements Function<BlockId, BigInteger>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TotalDifficulty.class);

  /** Some 100 ms of reading. The rest of each second is left to the sync. */
  static final int HEADERS_PER_STEP_MAX = 20_000;

  /** Blocks whose sums are kept in memory. Deeper reorgs go back to a mark. */
  static final int SUMS_MAX = 256;

  /** The distance between two new marks. */
  static final int BLOCKS_BETWEEN_MARKS = 256;

  private static final long STEP_MILLIS = 1_000;
  private static final int HEADERS_PER_READ = 512;

  private final ChainStore store;
  private final ServedChain chain;

  private volatile Runnable stop = () -> {};

  /** The sums of the newest blocks, oldest first, without a gap. */
  private final Deque<DifficultyMark> sums = new ArrayDeque<>();

  /** The stored marks. Null until they are read. */
  private List<DifficultyMark> marks;

  /** The published marks and sums, newest first. */
  private volatile List<DifficultyMark> shown = List.of();

  public TotalDifficulty(ChainStore store, ServedChain chain) {
    this.store = store;
    this.chain = chain;
  }

  /** Begins to sum, and then follows the chain. */
  public void follow(Vertx vertx) {
    advance();
    long timer =
        vertx.setPeriodic(
            STEP_MILLIS,
            ignored -> {
              // When the node stops, the store and the workers may be closed.
              Future<Long> unused =
                  Workers.runInOrder(vertx, this::advance)
                      .onFailure(
                          e ->
                              LOG.atDebug()
                                  .setMessage("Total difficulty is not summed")
                                  .addKeyValue("reason", e)
                                  .log());
            });
    stop = () -> vertx.cancelTimer(timer);
  }

  /** Stops following the chain. */
  @Override
  public void close() {
    stop.run();
  }

  /**
   * The total difficulty of the head, or of its newest summed ancestor.
   *
   * @param head of the stored chain
   */
  @Override
  public BigInteger apply(BlockId head) {
    return shown.stream()
        .filter(mark -> mark.block().number() <= head.number() && isCanonical(mark.block()))
        .findFirst()
        .map(DifficultyMark::total)
        .orElse(BigInteger.ZERO);
  }

  /**
   * The total difficulty of a block. Empty if it is not one of the newest {@link #SUMS_MAX} summed
   * blocks.
   */
  Optional<BigInteger> of(BlockId block) {
    return shown.stream()
        .filter(mark -> mark.block().equals(block))
        .findFirst()
        .map(DifficultyMark::total);
  }

  /**
   * Sums up to the head of the chain, or to the bound of one step.
   *
   * @return how many headers were read
   */
  synchronized long advance() {
    if (marks == null) {
      marks = store.difficultyMarks();
    }
    while (!sums.isEmpty() && !isCanonical(sums.getLast().block())) {
      sums.removeLast();
    }
    if (sums.isEmpty()) {
      highestCanonical(marks).ifPresent(sums::addLast);
    }
    long next = sums.isEmpty() ? chain.lowest().number() : sums.getLast().block().number() + 1;
    long first = next;
    long end = Math.min(chain.head().number() + 1, next + HEADERS_PER_STEP_MAX);
    boolean isOneBranch = true;
    while (next < end && isOneBranch) {
      int count = (int) Math.min(HEADERS_PER_READ, end - next);
      isOneBranch = add(next, count);
      next += count;
    }
    mark();
    show();
    return next - first;
  }

  private void show() {
    List<DifficultyMark> newestFirst = new ArrayList<>(marks);
    newestFirst.addAll(sums);
    Collections.reverse(newestFirst);
    shown = newestFirst;
  }

  private boolean isCanonical(BlockId block) {
    // Looked up by number, since the store does not know a block in a gap by its hash.
    return store.canonicalHash(block.number()).filter(block.hash()::equals).isPresent();
  }

  private Optional<DifficultyMark> highestCanonical(List<DifficultyMark> oldestFirst) {
    for (int i = oldestFirst.size() - 1; i >= 0; i--) {
      if (isCanonical(oldestFirst.get(i).block())) {
        return Optional.of(oldestFirst.get(i));
      }
    }
    return Optional.empty();
  }

  /** False if a reorg came in between. The next step then goes on from the sums that are left. */
  private boolean add(long first, int count) {
    int added = 0;
    for (byte[] raw : chain.rawHeaders(first, count)) {
      BlockHeader header = BlockHeader.decode(raw);
      if (!sums.isEmpty() && !parent().equals(header.parentHash())) {
        return false;
      }
      BigInteger below = sums.isEmpty() ? BigInteger.ZERO : sums.getLast().total();
      BlockId block = new BlockId(header.number(), header.hash());
      sums.addLast(new DifficultyMark(block, below.add(header.difficulty())));
      if (sums.size() > SUMS_MAX) {
        sums.removeFirst();
      }
      added++;
    }
    return added == count;
  }

  private Hash parent() {
    return sums.getLast().block().hash();
  }

  /** Stores another mark if it is due. */
  private void mark() {
    if (sums.isEmpty()) {
      return;
    }
    DifficultyMark newest = sums.getLast();
    List<DifficultyMark> kept = new ArrayList<>(marks);
    while (!kept.isEmpty() && !isBelow(kept.get(kept.size() - 1), newest)) {
      kept.remove(kept.size() - 1);
    }
    long last =
        kept.isEmpty() ? chain.lowest().number() : kept.get(kept.size() - 1).block().number();
    if (newest.block().number() - last < BLOCKS_BETWEEN_MARKS) {
      return;
    }
    kept.add(newest);
    marks = thinned(kept);
    store.putDifficultyMarks(marks);
  }

  private boolean isBelow(DifficultyMark mark, DifficultyMark newest) {
    return mark.block().number() < newest.block().number() && isCanonical(mark.block());
  }

  /**
   * Leaves out a mark if its older neighbour is less than four times as far from the newest mark as
   * its younger one. A reorg of N blocks then finds a mark less than 4N blocks down. 2^63 blocks
   * need fewer than {@link DifficultyMark#MARKS_MAX} marks.
   */
  static List<DifficultyMark> thinned(List<DifficultyMark> oldestFirst) {
    long newest = oldestFirst.get(oldestFirst.size() - 1).block().number();
    List<DifficultyMark> newestFirst = new ArrayList<>();
    long younger = 0;
    for (int i = oldestFirst.size() - 1; i >= 0; i--) {
      long distance = newest - oldestFirst.get(i).block().number();
      boolean isOldest = i == 0;
      boolean isNeeded =
          isOldest || (newest - oldestFirst.get(i - 1).block().number()) / 4 >= younger;
      if (isNeeded) {
        newestFirst.add(oldestFirst.get(i));
        younger = distance;
      }
    }
    Collections.reverse(newestFirst);
    return newestFirst;
  }
}
