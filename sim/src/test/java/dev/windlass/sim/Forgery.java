package dev.windlass.sim;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlock;
import dev.windlass.chain.TestBlocks;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Blocks that any peer could make. Their roots are right, and their place in the chain is false.
 */
final class Forgery {
  private Forgery() {}

  /**
   * A block without transactions with this number and parent. Different salts give different
   * blocks.
   */
  static Block block(long number, Hash parent, long salt) {
    return new TestBlock().number(number).parent(parent).branch(salt).block();
  }

  /** Linked blocks on this one with right numbers, oldest first. */
  static List<Block> chain(long numberBelow, Hash below, int count, long salt) {
    return TestBlocks.linked(numberBelow + 1, below, count, block -> block.branch(salt));
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
