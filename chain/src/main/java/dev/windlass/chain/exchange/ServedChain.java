package dev.windlass.chain.exchange;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A chain without gaps that can be read at any height, as a peer serves it.
 *
 * <p>Every number from the lowest to the head has exactly one block. Any other number is an {@link
 * IndexOutOfBoundsException}. Any number of threads may read at once.
 */
public interface ServedChain {
  /** Bytes of headers that are read at once; the last header may exceed it. */
  long HEADER_BYTES_MAX = 4L << 20;

  BlockId lowest();

  /** The number from which on bodies are served, as other nodes are told. */
  default long earliest() {
    return lowest().number();
  }

  BlockId head();

  /** The number of a block of this chain. Empty if the block is not in it. */
  OptionalLong numberOf(Hash hash);

  Hash hashAt(long number);

  /** Whether it has another block at the number of this head. */
  default boolean contradicts(Head head) {
    return head.number() >= lowest().number()
        && head.number() <= head().number()
        && numberOf(head.hash()).isEmpty();
  }

  byte[] rawHeader(long number);

  /** The header of a block that is known, whether it is in this chain or beside it. */
  default Optional<byte[]> knownHeader(Hash hash) {
    OptionalLong number = numberOf(hash);
    return number.isPresent() ? Optional.of(rawHeader(number.getAsLong())) : Optional.empty();
  }

  /**
   * Headers, oldest first, from this number on. They end before a missing header, also if a reorg
   * has removed it meanwhile. In that case they may be of two branches. They also end once they
   * have {@link #HEADER_BYTES_MAX}.
   *
   * @return a new list, which the caller owns
   */
  default List<byte[]> rawHeaders(long lowest, int count) {
    List<byte[]> headers = new ArrayList<>();
    long bytes = 0;
    try {
      for (long number = lowest; number < lowest + count && bytes < HEADER_BYTES_MAX; number++) {
        byte[] header = rawHeader(number);
        headers.add(header);
        bytes += header.length;
      }
    } catch (IndexOutOfBoundsException e) {
      return headers;
    }
    return headers;
  }

  byte[] rawBody(long number);

  byte[] rawBlock(long number);
}
