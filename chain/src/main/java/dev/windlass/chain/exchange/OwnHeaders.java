package dev.windlass.chain.exchange;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import java.util.List;

/** The headers that a client has: one at each number from its lowest to its tip, linked. */
public interface OwnHeaders {
  BlockId lowest();

  BlockId tip();

  /** The hash at a number from the lowest to the tip. */
  Hash hashAt(long number);

  /**
   * Replaces the headers above a number by others, which may be fewer. It does all of this or
   * nothing.
   *
   * @param common a number from the lowest to the tip
   * @param headers proven to link to the header at that number, oldest first, not empty
   */
  void replaceAbove(long common, List<BlockHeader> headers);
}
