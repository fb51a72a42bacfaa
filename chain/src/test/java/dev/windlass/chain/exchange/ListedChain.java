package dev.windlass.chain.exchange;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import java.util.List;
import java.util.OptionalLong;

/** A chain from a list of blocks, which a test can replace while it is read. */
public final class ListedChain implements ServedChain {
  private volatile List<Block> blocks;
  private volatile Runnable beforeRead = () -> {};

  public ListedChain(List<Block> blocks) {
    this.blocks = List.copyOf(blocks);
  }

  public void exchange(List<Block> others) {
    blocks = List.copyOf(others);
  }

  /** Sets an action that runs before each read. */
  public void beforeRead(Runnable action) {
    beforeRead = action;
  }

  private Block at(long number) {
    List<Block> now = blocks;
    long index = number - now.get(0).number();
    if (index < 0 || index >= now.size()) {
      throw new IndexOutOfBoundsException("no block " + number);
    }
    return now.get((int) index);
  }

  @Override
  public BlockId lowest() {
    return blocks.get(0).id();
  }

  @Override
  public BlockId head() {
    List<Block> now = blocks;
    return now.get(now.size() - 1).id();
  }

  @Override
  public OptionalLong numberOf(Hash hash) {
    return blocks.stream().filter(b -> b.hash().equals(hash)).mapToLong(Block::number).findFirst();
  }

  @Override
  public Hash hashAt(long number) {
    beforeRead.run();
    return at(number).hash();
  }

  @Override
  public byte[] rawHeader(long number) {
    beforeRead.run();
    return at(number).header().raw();
  }

  @Override
  public byte[] rawBody(long number) {
    beforeRead.run();
    return at(number).rawBody();
  }

  @Override
  public byte[] rawBlock(long number) {
    beforeRead.run();
    return at(number).rawBlock();
  }
}
