package dev.windlass.store;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * Adds the total difficulties that a store of an older version lacks, from the root upwards.
 *
 * <p>The thread that writes the store calls {@link #step}. Each step writes one batch. The next
 * start goes on from the highest total that it finds.
 */
final class TotalsFill {
  /** Some 10 ms of reading. */
  static final int HEADERS_MAX = 2_048;

  private final Database database;
  private final BlockColumns blocks;
  private volatile boolean isDone;

  /**
   * The highest canonical block whose total is known, if the tip has none. Null if it is sought.
   */
  private volatile BlockId summed;

  TotalsFill(Database database, BlockColumns blocks) {
    this.database = database;
    this.blocks = blocks;
  }

  /** The total of the tip, or of its highest ancestor that has one. */
  BigInteger summed() {
    return blocks
        .totals()
        .of(blocks.tip())
        .or(() -> blocks.totals().of(base()))
        .orElse(BigInteger.ZERO);
  }

  /** Adds the next totals. Returns false if the tip has one. */
  boolean step() {
    synchronized (blocks) {
      if (!blocks.floor().isAtGenesis()) {
        return false;
      }
      isDone = isDone || blocks.totals().of(blocks.tip()).isPresent();
      if (isDone) {
        return false;
      }
      BlockId from = base();
      List<BlockHeader> headers =
          blocks.rawHeaders(from.number() + 1, HEADERS_MAX).stream()
              .map(BlockHeader::decode)
              .toList();
      if (headers.isEmpty()) {
        // The header of the root is lost, which the verifier reports.
        isDone = true;
        return false;
      }
      Batch batch = new Batch();
      blocks.totals().add(batch, from, headers);
      database.write(batch);
      summed = headers.get(headers.size() - 1).id();
      return true;
    }
  }

  private BlockId base() {
    if (!blocks.floor().isAtGenesis()) {
      return blocks.root();
    }
    BlockId last = summed;
    if (last == null || !blocks.isCanonical(last)) {
      last = highestKept();
      summed = last;
    }
    return last;
  }

  /** The highest canonical block of which the database has the total. The root if there is none. */
  private BlockId highestKept() {
    BlockId highest = blocks.root();
    long low = blocks.root().number() / Totals.NUMBERS_APART;
    long high = blocks.tip().number() / Totals.NUMBERS_APART;
    while (low < high) {
      long middle = low + (high - low + 1) / 2;
      Optional<BlockId> kept = kept(middle * Totals.NUMBERS_APART);
      if (kept.isPresent()) {
        highest = kept.get();
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return highest;
  }

  private Optional<BlockId> kept(long number) {
    Optional<Hash> hash = blocks.canonicalHash(number);
    return hash.map(found -> new BlockId(number, found))
        .filter(id -> blocks.totals().kept(id).isPresent());
  }
}
