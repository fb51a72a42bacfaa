package dev.windlass.chain.rules;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import java.util.List;

/**
 * A block that is checked, and what was read of its body once.
 *
 * @param uncles the headers of its uncles
 * @param gasLimits the sum of the gas limits of its transactions; 2^63 - 1 stands for this and
 *     anything above
 * @param blobs how many blobs its transactions have
 */
record Candidate(
    Block block, List<BlockHeader> uncles, long gasLimits, long blobs, Ancestors ancestors) {
  Candidate {
    uncles = List.copyOf(uncles);
  }

  BlockHeader header() {
    return block.header();
  }
}
