package dev.windlass.chain;

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
  BlockId lowest();

  BlockId head();

  /** The number of a block of this chain; empty where it is none. */
  OptionalLong numberOf(Hash hash);

  Hash hashAt(long number);

  byte[] rawHeader(long number);

  /**
   * Headers, oldest first, from this number on. What is not there ends them, also where a reorg
   * takes it away meanwhile; they may be of two branches then.
   *
   * @return a list of its own for whoever asked
   */
  default List<byte[]> rawHeaders(long lowest, int count) {
    List<byte[]> headers = new ArrayList<>();
    try {
      for (long number = lowest; number < lowest + count; number++) {
        headers.add(rawHeader(number));
      }
    } catch (IndexOutOfBoundsException e) {
      return headers;
    }
    return headers;
  }

  byte[] rawBody(long number);

  byte[] rawBlock(long number);
}
