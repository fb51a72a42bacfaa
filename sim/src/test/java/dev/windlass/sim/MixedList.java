package dev.windlass.sim;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import java.util.ArrayList;
import java.util.List;

/**
 * A real chain with one hash of its list replaced by that of a fork at the same number. Every
 * listed block exists and has the right number, but one does not follow the one below. Immutable.
 */
final class MixedList implements Repertoire {
  private static final int BLOCKS_MAX = 128;

  private final Repertoire real;
  private final Repertoire other;
  private final Hash left;
  private final Hash put;

  /**
   * @param at number of the replaced hash, which both chains have
   */
  MixedList(ChainMaker chain, ChainMaker fork, long at) {
    real = Repertoire.of(chain);
    other = Repertoire.of(fork);
    left = chain.hashAt(at);
    put = fork.hashAt(at);
  }

  @Override
  public List<Hash> hashes(Hash from, int max) {
    List<Hash> hashes = new ArrayList<>(real.hashes(from.equals(put) ? left : from, max));
    hashes.replaceAll(hash -> hash.equals(left) ? put : hash);
    return hashes;
  }

  @Override
  public List<byte[]> headers(HeaderQuery query) {
    return real.headers(query);
  }

  @Override
  public List<byte[]> blocks(List<Hash> hashes) {
    List<byte[]> blocks = new ArrayList<>();
    for (Hash hash : hashes) {
      blocks.addAll((hash.equals(put) ? other : real).blocks(List.of(hash)));
    }
    return blocks.subList(0, Math.min(BLOCKS_MAX, blocks.size()));
  }

  @Override
  public List<byte[]> bodies(List<BlockHeader> headers) {
    return real.bodies(headers);
  }
}
