package dev.windlass.wire.devp2p.eth;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.chain.rlp.RlpWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A chain from a list of blocks, which a test can replace while it is read. */
public final class ListedChain implements ServedChain {
  private volatile List<Block> blocks;
  private volatile Runnable beforeRead = () -> {};

  public ListedChain(List<Block> blocks) {
    this.blocks = List.copyOf(blocks);
  }

  /**
   * Linked blocks whose extra data begins with their branch.
   *
   * @param extraBytes at least 8
   * @param bodyBytes of the one transaction of each; no transaction if 0
   */
  public static List<Block> made(
      long first, int count, long branch, int extraBytes, int bodyBytes) {
    return on(Hash.ZERO, first, count, branch, extraBytes, bodyBytes);
  }

  private static List<Block> on(
      Hash root, long first, int count, long branch, int extraBytes, int bodyBytes) {
    List<Block> blocks = new ArrayList<>();
    Hash parent = root;
    for (long number = first; number < first + count; number++) {
      Block block = block(parent, number, branch, extraBytes, bodyBytes);
      blocks.add(block);
      parent = block.hash();
    }
    return blocks;
  }

  /** The lowest blocks of a chain, with others on top. */
  public static List<Block> forked(List<Block> chain, int kept, int count, long branch) {
    List<Block> blocks = new ArrayList<>(chain.subList(0, kept));
    Block parent = blocks.get(kept - 1);
    blocks.addAll(on(parent.hash(), parent.number() + 1, count, branch, 8, 0));
    return blocks;
  }

  private static Block block(Hash parent, long number, long branch, int extraBytes, int bodyBytes) {
    byte[] extra = ByteBuffer.allocate(extraBytes).putLong(branch).array();
    RlpWriter rlp = new RlpWriter().beginList().beginList();
    rlp.hash(parent).hash(Keccak.EMPTY_LIST).string(new byte[20]).hash(Hash.ZERO);
    rlp.hash(Keccak.EMPTY_TRIE).hash(Keccak.EMPTY_TRIE).string(new byte[256]);
    rlp.integer(1).integer(number).integer(5000).integer(0).integer(number * 15);
    rlp.string(extra).hash(Hash.ZERO).string(new byte[8]).endList().beginList();
    if (bodyBytes > 0) {
      rlp.string(new byte[bodyBytes]);
    }
    return Block.decode(rlp.endList().beginList().endList().endList().toBytes());
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
