package dev.windlass.chain.exchange;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** A canonical chain and a branch beside it. A test may change which of them is canonical. */
final class BranchedChain implements ServedChain {
  private List<Block> canonical;
  private List<Block> beside;

  /** Runs before each read of a hash or of headers. */
  private Runnable beforeRead = () -> {};

  BranchedChain(List<Block> canonical, List<Block> beside) {
    this.canonical = canonical;
    this.beside = beside;
  }

  /** Blocks on a parent, oldest first. Another mark makes different blocks. */
  static List<Block> on(Block parent, int count, int mark) {
    List<Block> blocks = new ArrayList<>();
    Block last = parent;
    for (int i = 0; i < count; i++) {
      last = TestBlock.after(last).extra(mark).block();
      blocks.add(last);
    }
    return blocks;
  }

  static List<Block> join(List<Block> lower, List<Block> upper) {
    return Stream.concat(lower.stream(), upper.stream()).toList();
  }

  void reorganiseTo(List<Block> chain) {
    beside = canonical;
    canonical = chain;
  }

  void beforeRead(Runnable task) {
    beforeRead = task;
  }

  private Block at(long number) {
    return canonical.get(Math.toIntExact(number - canonical.get(0).number()));
  }

  @Override
  public BlockId lowest() {
    return canonical.get(0).id();
  }

  @Override
  public BlockId head() {
    return canonical.get(canonical.size() - 1).id();
  }

  private static Optional<Block> find(List<Block> blocks, Hash hash) {
    return blocks.stream().filter(block -> block.hash().equals(hash)).findFirst();
  }

  @Override
  public OptionalLong numberOf(Hash hash) {
    return find(canonical, hash).stream().mapToLong(Block::number).findFirst();
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
  public Optional<byte[]> knownHeader(Hash hash) {
    return find(canonical, hash).or(() -> find(beside, hash)).map(block -> block.header().raw());
  }

  @Override
  public byte[] rawBody(long number) {
    return at(number).rawBody();
  }

  @Override
  public byte[] rawBlock(long number) {
    return at(number).rawBlock();
  }
}
