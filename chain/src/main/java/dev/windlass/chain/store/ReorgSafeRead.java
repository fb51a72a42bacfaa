package dev.windlass.chain.store;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.exchange.ChainUpToHead;
import dev.windlass.chain.exchange.ServedChain;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

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

  /** The answer, read from one branch of the chain. Empty if two reorgs happened. */
  public static <T> List<T> of(ServedChain chain, Function<ServedChain, List<T>> answer) {
    return one(chain, answer).orElse(List.of());
  }

  /**
   * The same for an answer that is no list. Empty if two reorgs happened.
   *
   * @param answer reads the chain that it is given, which does not grow meanwhile
   */
  public static <T> Optional<T> one(ServedChain chain, Function<ServedChain, T> answer) {
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      // A reorg above this head would not be noticed below.
      ServedChain upToHead = new ChainUpToHead(chain);
      BlockId head = upToHead.head();
      try {
        T read = answer.apply(upToHead);
        // Every reorg replaces the head. A head without a body is found by its number only.
        if (chain.hashAt(head.number()).equals(head.hash())) {
          return Optional.of(read);
        }
      } catch (IndexOutOfBoundsException e) {
        // A reorg has removed a block during the read.
      }
    }
    return Optional.empty();
  }
}
