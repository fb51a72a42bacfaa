package dev.windlass.store;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * The total difficulties of the stored blocks, from the genesis on. The database has that of each
 * 16th number. The others are summed from the headers above it, 15 at most.
 *
 * <p>One thread at a time adds, with the monitor of {@link BlockColumns}. Any thread may read. A
 * total depends on the block alone, so it is never wrong, and a lost one is summed from the next
 * one below.
 */
final class Totals {
  static final int NUMBERS_APART = 16;

  /** The most headers that are read for one total. A power cut may have taken some totals. */
  private static final int HEADERS_MAX = 256;

  private final Database database;
  private final BlockId genesis;

  /** The total that was needed last. The next run usually stands on its block. */
  private volatile Optional<Total> newest = Optional.empty();

  /** Whether all blocks down to the genesis are stored. Otherwise no total is known. */
  private volatile boolean isRooted;

  Totals(Database database, BlockId genesis, boolean isRooted) {
    this.database = database;
    this.genesis = genesis;
    this.isRooted = isRooted;
  }

  void rooted(boolean isFromGenesis) {
    isRooted = isFromGenesis;
    newest = Optional.empty();
  }

  private static boolean isKeptAt(long number) {
    return number % NUMBERS_APART == 0;
  }

  /** The total that the database has of a block. */
  Optional<BigInteger> kept(BlockId id) {
    return Optional.ofNullable(database.get(Columns.totalKey(id)))
        .map(value -> new BigInteger(1, value));
  }

  /** The total of a block. Empty if it, or a header below it, is not stored. */
  Optional<BigInteger> of(BlockId id) {
    if (!isRooted) {
      return Optional.empty();
    }
    Optional<Total> known = newest;
    BigInteger sum = BigInteger.ZERO;
    BlockId at = id;
    for (int read = 0; read < HEADERS_MAX; read++) {
      Optional<BigInteger> below = below(at, known);
      if (below.isPresent()) {
        return Optional.of(below.get().add(sum));
      }
      byte[] raw = database.get(Columns.headerKey(at));
      if (raw == null) {
        return Optional.empty();
      }
      BlockHeader header = BlockColumns.header(raw, at.hash());
      sum = sum.add(header.difficulty());
      if (at.equals(genesis)) {
        return Optional.of(sum);
      }
      at = new BlockId(at.number() - 1, header.parentHash());
    }
    return Optional.empty();
  }

  private Optional<BigInteger> below(BlockId at, Optional<Total> known) {
    if (known.isPresent() && known.get().block().equals(at)) {
      return Optional.of(known.get().difficulty());
    }
    return isKeptAt(at.number()) ? kept(at) : Optional.empty();
  }

  /**
   * Puts the totals of linked headers into a batch. Does nothing if the total of the block below is
   * not known.
   */
  void add(Batch batch, BlockId below, List<BlockHeader> oldestFirst) {
    Optional<BigInteger> known = of(below);
    if (known.isEmpty()) {
      return;
    }
    BigInteger total = known.get();
    long more = 0;
    for (BlockHeader header : oldestFirst) {
      long difficulty = header.smallDifficulty();
      if (difficulty < 0 || more + difficulty < 0) {
        total = total.add(BigInteger.valueOf(more)).add(header.difficulty());
        more = 0;
      } else {
        more += difficulty;
      }
      if (isKeptAt(header.number())) {
        total = total.add(BigInteger.valueOf(more));
        more = 0;
        batch.put(Columns.totalKey(header.id()), total.toByteArray());
      }
    }
    if (!oldestFirst.isEmpty()) {
      BlockId last = oldestFirst.get(oldestFirst.size() - 1).id();
      newest = Optional.of(new Total(last, total.add(BigInteger.valueOf(more))));
    }
  }
}
