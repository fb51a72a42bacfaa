package dev.windlass.chain;

import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.TrieRoots;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * What a header has to commit to for a body to be its own.
 *
 * @param withdrawals empty if the body has none
 */
public record BodyRoots(Hash transactions, Hash uncles, Optional<Hash> withdrawals) {
  /** Its buffers take some 200 KB, and filling new ones with zeros takes a tenth of the time. */
  private static final ThreadLocal<TrieRoots> TRIES = ThreadLocal.withInitial(TrieRoots::new);

  public static BodyRoots of(Block block) {
    return ofAll(List.of(block)).get(0);
  }

  /**
   * The roots of each body. They are computed together, which is faster.
   *
   * @throws RlpException if a list has more than 2^24 items
   */
  public static List<BodyRoots> ofAll(List<Block> blocks) {
    TrieRoots tries = TRIES.get();
    // A call that failed may have left some.
    tries.clear();
    for (Block block : blocks) {
      block.addTries(tries);
    }
    Iterator<Hash> roots = tries.takeAll().iterator();
    List<BodyRoots> all = new ArrayList<>(blocks.size());
    for (Block block : blocks) {
      Hash transactions = roots.next();
      Optional<Hash> withdrawals =
          block.hasWithdrawals() ? Optional.of(roots.next()) : Optional.empty();
      all.add(new BodyRoots(transactions, block.computeUnclesHash(), withdrawals));
    }
    return all;
  }
}
