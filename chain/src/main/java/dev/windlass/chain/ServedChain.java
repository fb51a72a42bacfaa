package dev.windlass.chain;

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

  byte[] rawBody(long number);

  byte[] rawBlock(long number);
}
