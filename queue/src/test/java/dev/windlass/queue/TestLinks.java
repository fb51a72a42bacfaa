package dev.windlass.queue;

import dev.windlass.chain.Block;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.chain.store.Link;
import java.util.List;

/** The links of blocks, and deliveries of them. */
final class TestLinks {
  private TestLinks() {}

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
