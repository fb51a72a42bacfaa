package dev.windlass.chain.exchange;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * One chain without gaps that can be read at any height: what a peer serves.
 *
 * <p>Every number from the lowest to the head has exactly one block; other numbers are an {@link
 * IndexOutOfBoundsException}. Any number of threads may read at once.
 */
public interface ServedChain {
  /** Headers that are read at once, but for the last of them. */
  long HEADER_BYTES_MAX = 4L << 20;

  BlockId lowest();

  BlockId head();

  /** The number of a block of this chain; empty where it is none. */
  OptionalLong numberOf(Hash hash);

  Hash hashAt(long number);

  byte[] rawHeader(long number);

  /**
   * Headers, oldest first, from this number on. What is not there ends them, also where a reorg
   * takes it away meanwhile; they may be of two branches then. There are no more of them once they
   * have {@link #HEADER_BYTES_MAX}.
   *
   * @return a list of its own for whoever asked
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
