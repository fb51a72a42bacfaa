package dev.windlass.chain.store;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.exchange.ServedChain;
import java.util.List;
import java.util.function.Supplier;

/**
 * Reads answers from a chain that may be reorganised meanwhile, so that no answer mixes two
 * branches.
 *
 * <p>Stateless. If a reorg happens during a read, the read is repeated. If that happens twice, the
 * answer is empty, and the peer asks again.
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
        // Every reorg replaces the head.
        if (chain.numberOf(head.hash()).isPresent()) {
          return items;
        }
      } catch (IndexOutOfBoundsException e) {
        // A reorg has removed a block during the read.
      }
    }
    return List.of();
  }
}
