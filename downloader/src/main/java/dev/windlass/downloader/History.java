package dev.windlass.downloader;

import dev.windlass.chain.BlockHeader;
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
 */
public record History(Kind kind, long value, Optional<Hash> block) {
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

  public static final History ALL = new History(Kind.ALL, 0, Optional.empty());

  public History {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(block);
    if (value < 0 || (kind == Kind.BLOCKS && value == 0)) {
      throw new IllegalArgumentException(kind + " " + value);
    }
  }

  public static History blocks(long count) {
    return new History(Kind.BLOCKS, count, Optional.empty());
  }

  public static History fromNumber(long lowest) {
    return new History(Kind.FROM_NUMBER, lowest, Optional.empty());
  }

  /** The blocks from a time on, in seconds since 1970. */
  public static History fromTime(long seconds) {
    return new History(Kind.FROM_TIME, seconds, Optional.empty());
  }

  public static History fromBlock(Hash lowest) {
    return new History(Kind.FROM_BLOCK, 0, Optional.of(lowest));
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
    return kind == Kind.BLOCKS ? fromNumber(Math.max(0, headNumber - value + 1)) : this;
  }

  /** The same history, or all that is stored if that reaches as far down. */
  public History in(ChainStore store) {
    boolean isStored =
        switch (kind) {
          case FROM_TIME ->
              store.header(store.root()).filter(root -> root.timestamp() < value).isPresent();
          case FROM_BLOCK -> {
            OptionalLong known = store.known(block.orElseThrow());
            yield known.isPresent() || store.root().hash().equals(block.orElseThrow());
          }
          default -> false;
        };
    // An empty store has only the genesis, and a later sync limits it.
    boolean isEmpty = store.tip().equals(store.root());
    return isStored && !isEmpty ? fromNumber(store.root().number()) : this;
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
