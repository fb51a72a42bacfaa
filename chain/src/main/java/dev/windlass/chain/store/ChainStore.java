package dev.windlass.chain.store;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.chain.rlp.RlpException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Blocks: one chain from a trusted {@link #root} to its {@link #tip}, and forks beside it. */
public interface ChainStore {
  /** The lowest block of the range: the genesis, or the floor if the history is limited. */
  BlockId root();

  /**
   * The block that the store was made with, which names the chain. It is the root, unless the
   * history is limited.
   */
  default BlockId genesis() {
    return root();
  }

  /** The parent of the root, which is not stored. Empty if the root is the genesis. */
  default Optional<BlockId> belowRoot() {
    return Optional.empty();
  }

  /** The canonical head. Every block from the root to it is stored, or lies in a gap. */
  BlockId tip();

  /** The runs of the canonical chain whose bodies are missing, lowest first. */
  default List<Gap> gaps() {
    return List.of();
  }

  /** The canonical hash at a number, between root and tip. */
  Optional<Hash> canonicalHash(long number);

  /**
   * The number of a whole block that is stored, canonical or not. Each of its ancestors down to the
   * root is stored too, or at least its header is if the body is missing.
   */
  OptionalLong known(Hash hash);

  /** Whether a block is canonical, whole or in a gap. */
  default boolean isCanonical(BlockId id) {
    return canonicalHash(id.number()).filter(id.hash()::equals).isPresent();
  }

  /** Whether a block is canonical, whole or in a gap, or is known beside the canonical chain. */
  default boolean has(BlockId id) {
    return isCanonical(id) || known(id.hash()).stream().anyMatch(number -> number == id.number());
  }

  /**
   * Bytes of headers that are read from disk at once; the last header may exceed it. Twice the size
   * of 2,048 usual headers.
   */
  long HEADER_BYTES_MAX = ServedChain.HEADER_BYTES_MAX;

  /** Links of the canonical chain with their headers, bounded as {@link #rawHeaders} are. */
  default List<Link> canonicalLinks(long lowest, int max) {
    List<Link> links = new ArrayList<>();
    for (byte[] raw : rawHeaders(lowest, max)) {
      Hash hash = canonicalHash(lowest + links.size()).orElseThrow();
      try {
        links.add(Link.proven(BlockHeader.trusted(raw, 0, raw.length, hash)));
      } catch (RlpException e) {
        throw new StoreException(
            StoreException.Kind.DAMAGED, "header " + hash + " does not decode: " + e.getMessage());
      }
    }
    return links;
  }

  Optional<BlockHeader> header(BlockId id);

  Optional<Block> block(BlockId id);

  /** A body as RLP, as {@link Block#rawBody} has it. */
  default Optional<byte[]> rawBody(BlockId id) {
    return block(id).map(Block::rawBody);
  }

  /**
   * Headers of the canonical chain as RLP, oldest first, from this number on. They end at the tip,
   * or once {@link #HEADER_BYTES_MAX} are read.
   */
  default List<byte[]> rawHeaders(long lowest, int count) {
    List<byte[]> headers = new ArrayList<>();
    long bytes = 0;
    if (lowest < root().number()) {
      return headers;
    }
    for (long number = lowest; number < lowest + count && bytes < HEADER_BYTES_MAX; number++) {
      Optional<BlockHeader> header =
          number > tip().number()
              ? Optional.empty()
              : header(new BlockId(number, canonicalHash(number).orElseThrow()));
      if (header.isEmpty()) {
        break;
      }
      headers.add(header.get().raw());
      bytes += header.get().size();
    }
    return headers;
  }

  /**
   * Inserts a run of linked blocks, oldest first. The parent of the first must be {@link #known}.
   *
   * <p>A run on the tip extends the canonical chain in the same batch. Any other run is stored
   * beside the canonical chain. It becomes canonical in one batch, with all its ancestors, once
   * {@link ForkChoice} prefers it or {@code makeCanonical} is set. A run that lies in a gap fills
   * the gap. A run with a banned block is refused as a whole.
   *
   * @return the tip afterwards
   */
  BlockId insert(List<Block> run, boolean makeCanonical);

  /**
   * Extends the canonical chain by headers whose bodies no peer serves. They become a gap, or
   * enlarge one. Blocks that they replace stay stored beside the chain.
   *
   * @param run linked headers, oldest first, the first one on a block that {@link #has}
   * @return the tip afterwards: the last of them
   */
  default BlockId skip(List<BlockHeader> run) {
    throw new UnsupportedOperationException("this store has no gaps");
  }

  /**
   * Makes a header the root and the tip, instead of the genesis or of an earlier floor. Its body is
   * missing, as in a gap. The write is on the disk when this returns.
   *
   * @param floor no block may be stored above the root before
   */
  default void begin(BlockHeader floor) {
    throw new UnsupportedOperationException("this store has all history");
  }

  /**
   * Moves the root down. The bodies of these headers are missing, as in a gap. If they reach the
   * genesis, it becomes the root. The write is on the disk when this returns.
   *
   * @param newestFirst linked headers, the first one the parent of the root
   */
  default void lower(List<BlockHeader> newestFirst) {
    throw new UnsupportedOperationException("this store has all history");
  }

  /**
   * Moves the root up to a canonical block. What lies below it is no longer part of the store, and
   * {@link BlockStore#pruneMore} deletes it. The write is on the disk when this returns.
   *
   * @param number above the root, and not above the tip
   */
  default void raise(long number) {
    throw new UnsupportedOperationException("this store has all history");
  }

  /**
   * Forgets a known block and its known descendants, because it is banned. If the block is
   * canonical, its parent becomes the tip.
   *
   * <p>It takes several batches, and each of them leaves a whole store. If a crash ends it before
   * the last one, the block is still known, and another call goes on.
   *
   * @param block above the root
   * @return the tip afterwards
   */
  default BlockId forget(BlockId block) {
    throw new UnsupportedOperationException("this store forgets no block");
  }

  /** How many checkpoints a store remembers. */
  int CHECKPOINTS_MAX = 1_024;

  /** The checkpoints that the canonical chain has passed, lowest first. */
  default List<BlockId> passedCheckpoints() {
    return List.of();
  }

  /**
   * Remembers that the canonical chain has passed a checkpoint. A store with {@link
   * #CHECKPOINTS_MAX} checkpoints forgets the lowest one.
   *
   * @param checkpoint a canonical block
   */
  default void recordCheckpoint(BlockId checkpoint) {
    throw new UnsupportedOperationException("this store has no checkpoints");
  }

  /**
   * The sum of the difficulties from the root up to a stored block, both included. It is the total
   * difficulty if the root is the genesis. Any thread may call it.
   *
   * @return empty if the block or an ancestor is not stored, or if an older version has stored the
   *     block and {@link #sumMore} has not come so far
   */
  default Optional<BigInteger> totalDifficulty(BlockId block) {
    return Optional.empty();
  }

  /** The total difficulty of the tip, or of its highest ancestor that has one. */
  default BigInteger summedDifficulty() {
    return totalDifficulty(tip()).orElse(BigInteger.ZERO);
  }

  /**
   * Sums the difficulties of blocks that an older version has stored, a bounded number at a time.
   *
   * @return whether there is more to sum
   */
  default boolean sumMore() {
    return false;
  }
}
