package dev.windlass.chain;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** Makes chains of blocks, oldest first. The blocks are valid unless a test changes them. */
public final class TestBlocks {
  private TestBlocks() {}

  /** A block of number 0. */
  public static Block genesis() {
    return chain(0).get(0);
  }

  /** Numbers 0 to {@code head}, each at its own index. */
  public static List<Block> chain(int head) {
    return linked(0, Hash.ZERO, head + 1);
  }

  /** The same, each with a body of its own. */
  public static List<Block> chainWithBodies(int head) {
    return linked(0, Hash.ZERO, head + 1, block -> block.transaction(block.number));
  }

  /** Blocks of which the first has this number and this parent. */
  public static List<Block> linked(long first, Hash parent, int count) {
    return linked(first, parent, count, block -> {});
  }

  /** The same, each changed before it is made. */
  public static List<Block> linked(long first, Hash parent, int count, Consumer<TestBlock> change) {
    List<Block> blocks = new ArrayList<>(count);
    Hash below = parent;
    for (int i = 0; i < count; i++) {
      TestBlock next = new TestBlock().number(first + i).parent(below);
      change.accept(next);
      blocks.add(next.block());
      below = blocks.get(i).hash();
    }
    return List.copyOf(blocks);
  }

  /** Blocks above a parent. Those of another branch are other blocks. */
  public static List<Block> on(Block parent, int count, long branch) {
    return linked(parent.number() + 1, parent.hash(), count, block -> block.branch(branch));
  }

  /** The same, each of this difficulty. */
  public static List<Block> on(Block parent, int count, long branch, long difficulty) {
    return linked(
        parent.number() + 1,
        parent.hash(),
        count,
        block -> block.branch(branch).difficulty(difficulty));
  }

  /** The same chain up to an index, and so many blocks of a branch above. */
  public static List<Block> fork(List<Block> chain, int at, int count, long branch) {
    List<Block> blocks = new ArrayList<>(chain.subList(0, at + 1));
    blocks.addAll(on(chain.get(at), count, branch));
    return List.copyOf(blocks);
  }

  /** The same, with blocks of this difficulty on the branch. */
  public static List<Block> fork(
      List<Block> chain, int at, int count, long branch, long difficulty) {
    List<Block> blocks = new ArrayList<>(chain.subList(0, at + 1));
    blocks.addAll(on(chain.get(at), count, branch, difficulty));
    return List.copyOf(blocks);
  }

  /** The same chain up to an index, and a branch above that is as long. */
  public static List<Block> fork(List<Block> chain, int at, long branch) {
    return fork(chain, at, chain.size() - at - 1, branch);
  }

  public static Block last(List<Block> blocks) {
    return blocks.get(blocks.size() - 1);
  }

  public static List<BlockHeader> headersNewestFirst(List<Block> oldestFirst) {
    List<BlockHeader> headers = new ArrayList<>(oldestFirst.stream().map(Block::header).toList());
    Collections.reverse(headers);
    return headers;
  }

  public static List<Hash> hashesNewestFirst(List<Block> oldestFirst) {
    return headersNewestFirst(oldestFirst).stream().map(BlockHeader::hash).toList();
  }
}
