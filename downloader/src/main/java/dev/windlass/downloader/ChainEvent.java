package dev.windlass.downloader;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.exchange.PeerId;
import java.util.Objects;
import java.util.Optional;

/**
 * What has become of blocks, for those who follow the stored chain.
 *
 * <p>Blocks are told of by ranges, since a sync stores thousands of them in a second. The events of
 * one change come in this order: accepted, disconnected, connected.
 */
public sealed interface ChainEvent {
  /**
   * Blocks were stored with their bodies, on the canonical chain or beside it.
   *
   * @param lowest of the run, whose blocks link to each other
   */
  record Accepted(BlockId lowest, BlockId highest) implements ChainEvent {
    public Accepted {
      Objects.requireNonNull(lowest);
      Objects.requireNonNull(highest);
    }

    public long blocks() {
      return highest.number() - lowest.number() + 1;
    }
  }

  /**
   * Blocks are no longer canonical: those from the old tip down, without the common ancestor. They
   * stay stored.
   */
  record Disconnected(BlockId oldTip, BlockId ancestor) implements ChainEvent {
    public Disconnected {
      Objects.requireNonNull(oldTip);
      Objects.requireNonNull(ancestor);
    }

    public long blocks() {
      return oldTip.number() - ancestor.number();
    }
  }

  /**
   * Blocks are canonical now: those above the ancestor, up to the new tip. If no peer served the
   * bodies of some, these are accepted later.
   */
  record Connected(BlockId ancestor, BlockId newTip) implements ChainEvent {
    public Connected {
      Objects.requireNonNull(ancestor);
      Objects.requireNonNull(newTip);
    }

    public long blocks() {
      return newTip.number() - ancestor.number();
    }
  }

  /**
   * A block was not stored, because it breaks a rule.
   *
   * @param code the name of the rule
   * @param peer that announced the block or the head above it. It is not always to blame. Empty if
   *     an operator named the head, or if a gap was filled
   */
  record Rejected(BlockId block, String code, String reason, Optional<PeerId> peer)
      implements ChainEvent {
    public Rejected {
      Objects.requireNonNull(block);
      Objects.requireNonNull(code);
      Objects.requireNonNull(reason);
      Objects.requireNonNull(peer);
    }
  }
}
