package dev.windlass.store;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.chain.store.BlockStore;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The canonical chain of a store, as the node serves it.
 *
 * <p>Any number of threads may read while the store is written. A reorg may remove a block between
 * two calls. A removed block is an {@link IndexOutOfBoundsException}, like any number outside of
 * the chain.
 */
public final class StoredChain implements ServedChain {
  private final BlockStore store;

  public StoredChain(BlockStore store) {
    this.store = store;
  }

  @Override
  public BlockId lowest() {
    return store.root();
  }

  /** While more history is fetched, the lowest blocks have headers only. */
  @Override
  public long earliest() {
    BlockId lowest = store.root();
    long highest = store.tip().number();
    return store.gaps().stream()
        .findFirst()
        .filter(gap -> gap.first() <= lowest.number() + 1)
        .map(gap -> Math.min(gap.last().number() + 1, highest))
        .orElse(lowest.number());
  }

  @Override
  public BlockId head() {
    return store.tip();
  }

  @Override
  public OptionalLong numberOf(Hash hash) {
    OptionalLong number = store.known(hash);
    boolean isCanonical =
        number.isPresent()
            && store.canonicalHash(number.getAsLong()).filter(hash::equals).isPresent();
    return isCanonical ? number : OptionalLong.empty();
  }

  @Override
  public Hash hashAt(long number) {
    return store
        .canonicalHash(number)
        .orElseThrow(() -> new IndexOutOfBoundsException("no block " + number + " is stored"));
  }

  @Override
  public byte[] rawHeader(long number) {
    return store
        .header(new BlockId(number, hashAt(number)))
        .orElseThrow(() -> new IndexOutOfBoundsException("block " + number + " is gone"))
        .raw();
  }

  @Override
  public Optional<byte[]> knownHeader(Hash hash) {
    OptionalLong number = store.known(hash);
    return number.isPresent()
        ? store.header(new BlockId(number.getAsLong(), hash)).map(BlockHeader::raw)
        : Optional.empty();
  }

  @Override
  public List<byte[]> rawHeaders(long lowest, int count) {
    return store.rawHeaders(lowest, count);
  }

  @Override
  public byte[] rawBody(long number) {
    return store
        .rawBody(new BlockId(number, hashAt(number)))
        .orElseThrow(() -> new IndexOutOfBoundsException("block " + number + " is gone"));
  }

  @Override
  public byte[] rawBlock(long number) {
    return block(number).rawBlock();
  }

  private Block block(long number) {
    return store
        .block(new BlockId(number, hashAt(number)))
        .orElseThrow(() -> new IndexOutOfBoundsException("block " + number + " is gone"));
  }
}
