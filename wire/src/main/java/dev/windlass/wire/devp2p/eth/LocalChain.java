package dev.windlass.wire.devp2p.eth;

import dev.windlass.chain.Hash;
import dev.windlass.chain.ServedChain;
import java.math.BigInteger;
import java.util.Objects;
import java.util.function.LongFunction;

/**
 * What we tell the nodes of the network about ourselves, and what we want of them.
 *
 * @param forks our fork hash when the head has this number
 * @param totalDifficulty what nodes until eth/68 are told; they compare it with their own
 */
public record LocalChain(
    long networkId,
    Hash genesis,
    ServedChain chain,
    LongFunction<ForkHash> forks,
    BigInteger totalDifficulty) {
  public LocalChain {
    Objects.requireNonNull(genesis);
    Objects.requireNonNull(chain);
    Objects.requireNonNull(forks);
    Objects.requireNonNull(totalDifficulty);
  }

  EthMessage.BlockRange range() {
    return new EthMessage.BlockRange(
        chain.lowest().number(), chain.head().number(), chain.head().hash());
  }

  /** The Status to send in this version. */
  EthMessage status(int version) {
    ForkHash now = forks.apply(chain.head().number());
    return version >= 69
        ? new EthMessage.RangeStatus(version, networkId, genesis, now, range())
        : new EthMessage.Status(
            version, networkId, totalDifficulty, chain.head().hash(), genesis, now);
  }
}
