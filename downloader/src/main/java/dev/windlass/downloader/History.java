package dev.windlass.downloader;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.ChainStore;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which blocks of the chain an operator wants, from the tip down.
 *
 * @param value a count, a number or seconds since 1970, as the kind has it
 * @param block the lowest wanted block of {@link Kind#FROM_BLOCK}
 * @param isPruning whether stored blocks that are not wanted are deleted
 */
public record History(Kind kind, long value, Optional<Hash> block, boolean isPruning) {
  /** How the lowest wanted block is named. */
  public enum Kind {
    ALL,
    /** So many blocks, the tip included. */
    BLOCKS,
    /** From a number on. */
    FROM_NUMBER,
    /** The blocks that are not older than a time. */
    FROM_TIME,
    /** From the block with a hash on. */
    FROM_BLOCK
  }

  public static final History ALL = new History(Kind.ALL, 0, Optional.empty(), false);

  public History {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(block);
    if (value < 0 || (kind == Kind.BLOCKS && value == 0)) {
      throw new IllegalArgumentException(kind + " " + value);
    }
  }

  public static History blocks(long count) {
    return new History(Kind.BLOCKS, count, Optional.empty(), false);
  }

  public static History fromNumber(long lowest) {
    return new History(Kind.FROM_NUMBER, lowest, Optional.empty(), false);
  }

  /** The blocks from a time on, in seconds since 1970. */
  public static History fromTime(long seconds) {
    return new History(Kind.FROM_TIME, seconds, Optional.empty(), false);
  }

  public static History fromBlock(Hash lowest) {
    return new History(Kind.FROM_BLOCK, 0, Optional.of(lowest), false);
  }

  /** The same history, and stored blocks below it are deleted. */
  public History pruning() {
    return new History(kind, value, block, true);
  }

  private History from(long lowest) {
    return new History(Kind.FROM_NUMBER, lowest, Optional.empty(), isPruning);
  }

  public boolean isAll() {
    return kind == Kind.ALL;
  }

  /** Whether it depends on the newest block, so that a head must be synced first. */
  boolean needsHead() {
    return kind == Kind.BLOCKS || kind == Kind.FROM_BLOCK;
  }

  /** The same history below a head with this number. A count becomes a number. */
  public History below(long headNumber) {
    return kind == Kind.BLOCKS ? from(Math.max(0, headNumber - value + 1)) : this;
  }

  /** The same history by the number of its lowest block, if the store reaches as far down. */
  public History in(ChainStore store) {
    // An empty store has only the genesis, and a later sync limits it.
    if (!isSought() || store.tip().equals(store.root())) {
      return this;
    }
    OptionalLong lowest =
        kind == Kind.FROM_TIME ? firstSince(store) : numberOf(block.orElseThrow(), store);
    return lowest.isPresent() ? from(lowest.getAsLong()) : this;
  }

  private static OptionalLong numberOf(Hash hash, ChainStore store) {
    if (store.root().hash().equals(hash)) {
      return OptionalLong.of(store.root().number());
    }
    OptionalLong known = store.known(hash);
    boolean isBeside =
        known.isPresent() && !store.isCanonical(new BlockId(known.getAsLong(), hash));
    return isBeside ? OptionalLong.of(store.root().number()) : known;
  }

  /** The number of the first stored block that is not older, if an older one is stored. */
  private OptionalLong firstSince(ChainStore store) {
    if (!isOlder(store.root().number(), store)) {
      return OptionalLong.empty();
    }
    long older = store.root().number();
    long first = store.tip().number() + 1;
    while (first - older > 1) {
      long middle = older + (first - older) / 2;
      if (isOlder(middle, store)) {
        older = middle;
      } else {
        first = middle;
      }
    }
    return OptionalLong.of(first);
  }

  private boolean isOlder(long number, ChainStore store) {
    return store
        .canonicalHash(number)
        .flatMap(hash -> store.header(new BlockId(number, hash)))
        .filter(header -> header.timestamp() < value)
        .isPresent();
  }

  /** The lowest wanted number. 0 if only a header shows it. */
  public long lowest() {
    return kind == Kind.FROM_NUMBER ? value : 0;
  }

  /** Whether the lowest wanted block is known only by its header. */
  public boolean isSought() {
    return kind == Kind.FROM_TIME || kind == Kind.FROM_BLOCK;
  }

  /** Whether a header is below the lowest wanted block. */
  public boolean excludes(BlockHeader header) {
    return kind == Kind.FROM_TIME ? header.timestamp() < value : header.number() < lowest();
  }

  /** Whether this is the lowest wanted block, whatever its parent is. */
  public boolean beginsWith(Hash hash) {
    return block.filter(hash::equals).isPresent();
  }
}
