package dev.windlass.chain.store;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether a branch that no trusted hash names becomes canonical.
 *
 * <p>Stateless. If the heads of both chains have a difficulty, the branch must have the greater
 * total difficulty, so that of two equal ones the first stays. Otherwise it must be higher. Only
 * the blocks above the common ancestor count.
 */
public final class ForkChoice {
  private ForkChoice() {}

  /** Whether the difficulty decides between the tip and a branch with this head. */
  public static boolean isWeighed(ChainStore store, BlockHeader head) {
    return !head.hasNoDifficulty() && !header(store, store.tip()).hasNoDifficulty();
  }

  /**
   * Whether a branch is better than the canonical chain.
   *
   * @param run the upper end of the branch, oldest first, whose parent is stored. It need not be
   *     stored itself
   */
  public static boolean isBetter(ChainStore store, List<BlockHeader> run) {
    BlockHeader head = run.get(run.size() - 1);
    if (!isWeighed(store, head)) {
      return head.number() > store.tip().number();
    }
    BigInteger weight = BigInteger.ZERO;
    for (BlockHeader header : run) {
      weight = weight.add(header.difficulty());
    }
    return weight.compareTo(lead(store, parent(run.get(0)))) > 0;
  }

  /**
   * How much difficulty the tip has more than a stored block. A branch on that block must weigh
   * more to become canonical.
   */
  public static BigInteger lead(ChainStore store, BlockId block) {
    Optional<BigInteger> ours = store.totalDifficulty(store.tip());
    Optional<BigInteger> others = store.totalDifficulty(block);
    return ours.isPresent() && others.isPresent()
        ? ours.get().subtract(others.get())
        : leadAboveFork(store, block);
  }

  /** The same by the headers above the common ancestor, if the sums from the root are missing. */
  private static BigInteger leadAboveFork(ChainStore store, BlockId block) {
    BigInteger lead = BigInteger.ZERO;
    BlockId id = block;
    while (!store.isCanonical(id)) {
      BlockHeader header = header(store, id);
      lead = lead.subtract(header.difficulty());
      id = parent(header);
    }
    for (BlockId ours = store.tip(); !ours.equals(id); ) {
      BlockHeader header = header(store, ours);
      lead = lead.add(header.difficulty());
      ours = parent(header);
    }
    return lead;
  }

  private static BlockId parent(BlockHeader header) {
    return new BlockId(header.number() - 1, header.parentHash());
  }

  private static BlockHeader header(ChainStore store, BlockId id) {
    return store
        .header(id)
        .orElseThrow(
            () ->
                new StoreException(
                    StoreException.Kind.DAMAGED, "the header of block " + id + " is not stored"));
  }
}
