package dev.windlass.chain.store;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.exchange.ServedChain;
import java.util.List;
import java.util.function.Supplier;

/**
 * Makes answers about a chain that may be reorganised meanwhile, so that none mixes two branches.
 *
 * <p>Stateless. An answer that a reorg came in between of is made again, and is empty where that
 * happens twice: whoever asked asks again.
 */
public final class ReorgSafeRead {
  private static final int ATTEMPTS_MAX = 2;

  private ReorgSafeRead() {}

  /** The answer, read from one branch of the chain. */
  public static <T> List<T> of(ServedChain chain, Supplier<List<T>> answer) {
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      BlockId head = chain.head();
      try {
        List<T> items = answer.get();
        // Whatever a reorg replaces, it replaces the head.
        if (chain.numberOf(head.hash()).isPresent()) {
          return items;
        }
      } catch (IndexOutOfBoundsException e) {
        // A reorg took away what was being read.
      }
    }
    return List.of();
  }
}
