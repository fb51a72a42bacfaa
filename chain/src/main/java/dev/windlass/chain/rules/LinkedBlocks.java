package dev.windlass.chain.rules;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.rlp.RlpException;
import java.util.ArrayList;
import java.util.List;

/**
 * A run of blocks with those below it, and their uncles. Each uncle is decoded and hashed once,
 * though the next seven blocks ask for it. One thread at a time.
 */
final class LinkedBlocks {
  private final List<Block> blocks;
  private final List<List<BlockHeader>> uncles;

  /** The run follows the others. Both are oldest first. */
  LinkedBlocks(List<Block> below, List<Block> run) {
    blocks = new ArrayList<>(below.size() + run.size());
    blocks.addAll(below);
    blocks.addAll(run);
    uncles = new ArrayList<>(blocks.size());
  }

  int size() {
    return blocks.size();
  }

  Block block(int index) {
    return blocks.get(index);
  }

  BlockHeader header(int index) {
    return blocks.get(index).header();
  }

  /**
   * The uncles of a block.
   *
   * @throws RlpException if one of them, or of the blocks before it, is not a header
   */
  List<BlockHeader> uncles(int index) {
    while (uncles.size() <= index) {
      Block next = blocks.get(uncles.size());
      uncles.add(next.hasUncles() ? next.uncles() : List.of());
    }
    return uncles.get(index);
  }
}
