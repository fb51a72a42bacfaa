package dev.windlass.sim;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.rlp.RlpWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Blocks that any peer could make. Their roots are right, and their place in the chain is false.
 */
final class Forgery {
  /** Root of an empty trie, and hash of an empty list. */
  private static final Hash NO_TRANSACTIONS =
      Hash.fromHex("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");

  private static final Hash NO_UNCLES =
      Hash.fromHex("1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347");

  private Forgery() {}

  /**
   * A block without transactions with this number and parent. Different salts give different
   * blocks.
   */
  static Block block(long number, Hash parent, long salt) {
    RlpWriter block = new RlpWriter().beginList().beginList();
    block.hash(parent).hash(NO_UNCLES).string(new byte[20]);
    block.hash(Hash.ofLongs(salt, 0, 0, 1)).hash(NO_TRANSACTIONS).hash(NO_TRANSACTIONS);
    block.string(new byte[256]).integer(131_072).integer(number);
    block.integer(3_141_592).integer(0).integer(1_438_269_973 + number);
    block.string(new byte[0]).hash(Hash.ZERO).string(new byte[8]);
    block.endList().beginList().endList().beginList().endList();
    return Block.decode(block.endList().toBytes());
  }

  /** Linked blocks on this one with right numbers, oldest first. */
  static List<Block> chain(long numberBelow, Hash below, int count, long salt) {
    List<Block> oldestFirst = new ArrayList<>(count);
    Hash parent = below;
    for (int i = 1; i <= count; i++) {
      Block block = block(numberBelow + i, parent, salt);
      oldestFirst.add(block);
      parent = block.hash();
    }
    return oldestFirst;
  }

  /** Random hashes. */
  static List<Hash> hashes(int count, long seed) {
    Random random = new Random(seed);
    List<Hash> hashes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      hashes.add(
          Hash.ofLongs(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()));
    }
    return hashes;
  }
}
