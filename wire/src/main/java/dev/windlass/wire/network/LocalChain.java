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
 * The chain of this node, as its Status describes it to other nodes, and as theirs must match it.
 *
 * @param forks when the rules of the chain change
 * @param totalDifficulty sent in the Status until eth/68; a node syncs only from peers that claim a
 *     higher one than its own
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
    return EthMessage.BlockRange.of(chain.earliest(), head);
  }

  /** Whether a node with this fork id may be on this chain. */
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
      // For the genesis the time makes no difference, since forks up to its time are left out.
      return 0;
    }
    try {
      return BlockHeader.decode(chain.rawHeader(head.number())).timestamp();
    } catch (IndexOutOfBoundsException e) {
      // A reorg has replaced the head meanwhile.
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
