package dev.windlass.wire.network;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.wire.devp2p.eth.EthMessage;
import java.math.BigInteger;
import java.util.Objects;
import java.util.function.Function;

/**
 * What we tell the nodes of the network about ourselves, and what we want of them.
 *
 * @param forks when the rules of the chain change
 * @param totalDifficulty what nodes until eth/68 are told when they connect; they sync only from
 *     who says more than they have
 */
public record LocalChain(
    long networkId,
    Hash genesis,
    ServedChain chain,
    ForkSchedule forks,
    Function<BlockId, BigInteger> totalDifficulty) {
  public LocalChain {
    Objects.requireNonNull(genesis);
    Objects.requireNonNull(chain);
    Objects.requireNonNull(forks);
    Objects.requireNonNull(totalDifficulty);
  }

  EthMessage.BlockRange range() {
    BlockId head = chain.head();
    return new EthMessage.BlockRange(chain.lowest().number(), head.number(), head.hash());
  }

  /** Whether a node that says this of itself may be on our chain. */
  public boolean isCompatible(ForkHash theirs) {
    BlockId head = chain.head();
    return forks.isCompatible(theirs, head.number(), timeOf(head));
  }

  private ForkHash forkHash() {
    BlockId head = chain.head();
    return forks.at(head.number(), timeOf(head));
  }

  private long timeOf(BlockId head) {
    if (head.number() == 0) {
      // No fork is later than the genesis and not after it.
      return 0;
    }
    try {
      return BlockHeader.decode(chain.rawHeader(head.number())).timestamp();
    } catch (IndexOutOfBoundsException e) {
      // A reorg took it away since it was the head, and left another.
      return timeOf(chain.head());
    }
  }

  /** The Status to send in this version. */
  public EthMessage status(int version) {
    ForkHash now = forkHash();
    BlockId head = chain.head();
    return version >= 69
        ? new EthMessage.RangeStatus(version, networkId, genesis, now, range())
        : new EthMessage.Status(
            version, networkId, totalDifficulty.apply(head), head.hash(), genesis, now);
  }
}
