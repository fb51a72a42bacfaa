package dev.windlass.server.node;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.ServedChain;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * The total difficulty of the stored chain from its lowest block on: nodes until eth/68 haul only
 * from those that say more than they have.
 *
 * <p>Any thread may read it. It is summed on a worker while the node runs, a part each second: for
 * a long chain it is too low at first, and after a reorg it is that of the old branch until the
 * next part.
 */
final class TotalDifficulty implements Supplier<BigInteger> {
  /** Some 100 ms of reading; what remains of the second is left to the haul. */
  static final int HEADERS_PER_STEP_MAX = 20_000;

  /** Deeper reorgs have it summed again from the beginning. */
  static final int MARKS_MAX = 256;

  private static final long STEP_MILLIS = 1_000;
  private static final int HEADERS_PER_READ = 512;

  private final ServedChain chain;

  /** What the newest blocks that were summed have with all below them, oldest first. */
  private final Deque<Mark> marks = new ArrayDeque<>();

  private volatile BigInteger sum = BigInteger.ZERO;

  private record Mark(BlockId block, BigInteger sum) {}

  TotalDifficulty(ServedChain chain) {
    this.chain = chain;
  }

  /** Begins to sum, and follows the chain from then on. */
  void follow(Vertx vertx) {
    advance();
    vertx.setPeriodic(
        STEP_MILLIS,
        ignored -> {
          // Where the store is closed meanwhile, the node is too.
          Future<Void> unused =
              vertx.executeBlocking(
                  () -> {
                    advance();
                    return null;
                  });
        });
  }

  @Override
  public BigInteger get() {
    return sum;
  }

  /** Goes on to the head of the chain, or as far as one step leads. */
  synchronized void advance() {
    while (!marks.isEmpty() && !isCanonical(marks.getLast().block)) {
      marks.removeLast();
    }
    long next = marks.isEmpty() ? chain.lowest().number() : marks.getLast().block.number() + 1;
    long end = Math.min(chain.head().number() + 1, next + HEADERS_PER_STEP_MAX);
    boolean isOneBranch = true;
    while (next < end && isOneBranch) {
      int count = (int) Math.min(HEADERS_PER_READ, end - next);
      isOneBranch = add(next, count);
      next += count;
    }
    sum = marks.isEmpty() ? BigInteger.ZERO : marks.getLast().sum;
  }

  private boolean isCanonical(BlockId block) {
    return chain.numberOf(block.hash()).isPresent();
  }

  /** False where a reorg came in between: the next step goes on from what is left. */
  private boolean add(long first, int count) {
    int added = 0;
    for (byte[] raw : chain.rawHeaders(first, count)) {
      BlockHeader header = BlockHeader.decode(raw);
      if (!marks.isEmpty() && !parent().equals(header.parentHash())) {
        return false;
      }
      BigInteger below = marks.isEmpty() ? BigInteger.ZERO : marks.getLast().sum;
      marks.addLast(
          new Mark(new BlockId(header.number(), header.hash()), below.add(header.difficulty())));
      if (marks.size() > MARKS_MAX) {
        marks.removeFirst();
      }
      added++;
    }
    return added == count;
  }

  private Hash parent() {
    return marks.getLast().block.hash();
  }
}
