package dev.windlass.sim;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlock;
import dev.windlass.chain.TestBlocks;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Blocks that anybody could make: right by their own roots, false in what they say of the chain.
 */
final class Forgery {
  private Forgery() {}

  /** A block without transactions that says this of its place; blocks differ where salts do. */
  static Block block(long number, Hash parent, long salt) {
    return new TestBlock().number(number).parent(parent).branch(salt).block();
  }

  /** Blocks that follow each other on this one, oldest first, in right order and number. */
  static List<Block> chain(long numberBelow, Hash below, int count, long salt) {
    return TestBlocks.linked(numberBelow + 1, below, count, block -> block.branch(salt));
  }

  /** Hashes of nothing. */
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
