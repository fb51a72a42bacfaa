package dev.windlass.queue;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.chain.store.Link;
import java.util.ArrayList;
import java.util.List;

/** Blocks without transactions, linked or not, and the links and deliveries that go with them. */
public final class TestBlocks {
  private static final Hash NO_TRANSACTIONS =
      Hash.fromHex("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
  private static final Hash NO_UNCLES =
      Hash.fromHex("1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347");

  private TestBlocks() {}

  static Block block(long number, Hash parent) {
    return block(number, parent, 0);
  }

  /**
   * @param extraBytes how many bytes it is larger than the smallest block
   */
  static Block block(long number, Hash parent, int extraBytes) {
    RlpWriter block = new RlpWriter().beginList().beginList();
    block.hash(parent).hash(NO_UNCLES).string(new byte[20]);
    block.hash(Hash.ZERO).hash(NO_TRANSACTIONS).hash(NO_TRANSACTIONS);
    block.string(new byte[256]).integer(131_072).integer(number);
    block.integer(3_141_592).integer(0).integer(1_438_269_973 + number);
    block.string(new byte[extraBytes]).hash(Hash.ZERO).string(new byte[8]);
    block.endList().beginList().endList().beginList().endList();
    return Block.decode(block.endList().toBytes());
  }

  /** Linked blocks, oldest first. The first has this number and this parent. */
  static List<Block> chain(long first, Hash parent, int count) {
    List<Block> chain = new ArrayList<>(count);
    Hash below = parent;
    for (int i = 0; i < count; i++) {
      Block block = block(first + i, below);
      chain.add(block);
      below = block.hash();
    }
    return chain;
  }

  static List<Link> proven(List<Block> blocks) {
    return blocks.stream().map(block -> Link.proven(block.header())).toList();
  }

  static List<Link> claimed(List<Block> blocks) {
    return blocks.stream().map(block -> Link.claimed(block.number(), block.hash())).toList();
  }

  static Delivery<Block> delivery(Verdict verdict, List<Block> blocks) {
    return Delivery.of(verdict, blocks, 1);
  }
}
