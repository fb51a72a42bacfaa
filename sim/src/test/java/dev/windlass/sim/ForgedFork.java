package dev.windlass.sim;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A real chain up to some number, and above it linked blocks with false numbers. A liar could serve
 * it to make a sync wait for ever. Immutable.
 */
final class ForgedFork implements Repertoire {
  private static final int BLOCKS_MAX = 128;

  private final ChainMaker trunk;
  private final Repertoire real;
  private final List<Block> forged = new ArrayList<>();
  private final Map<Hash, Integer> positions = new HashMap<>();

  /**
   * @param count the number of forged blocks
   * @param skipped how many numbers each leaves out. If it is 0, all claim the same number, above
   *     them all
   */
  ForgedFork(ChainMaker trunk, int count, int skipped) {
    this.trunk = trunk;
    this.real = Repertoire.of(trunk);
    Hash parent = trunk.head().hash();
    for (int i = 0; i < count; i++) {
      long number = trunk.head().number() + 1 + (skipped == 0 ? count : (i + 1L) * skipped + i);
      Block block = Forgery.block(number, parent, skipped);
      positions.put(block.hash(), i);
      forged.add(block);
      parent = block.hash();
    }
  }

  Hash head() {
    return forged.get(forged.size() - 1).hash();
  }

  /** The number that its head would have if its numbers were right. */
  long headNumber() {
    return trunk.head().number() + forged.size();
  }

  @Override
  public List<Hash> hashes(Hash from, int max) {
    Integer position = positions.get(from);
    if (position == null) {
      return real.hashes(from, max);
    }
    List<Hash> hashes = new ArrayList<>();
    for (int i = position - 1; i >= 0 && hashes.size() < max; i--) {
      hashes.add(forged.get(i).hash());
    }
    if (hashes.size() < max) {
      hashes.add(trunk.head().hash());
      hashes.addAll(real.hashes(trunk.head().hash(), max - hashes.size()));
    }
    return hashes.subList(0, Math.min(max, hashes.size()));
  }

  @Override
  public List<byte[]> headers(HeaderQuery query) {
    long position =
        query.isByHash()
            ? positions.getOrDefault(query.from(), -1)
            : query.fromNumber() - trunk.head().number() - 1;
    if (position < 0 || position >= forged.size()) {
      return real.headers(query);
    }
    List<byte[]> headers = new ArrayList<>();
    for (int i = (int) position; i >= 0 && headers.size() < query.count(); i--) {
      headers.add(forged.get(i).header().raw());
    }
    int left = query.count() - headers.size();
    if (left > 0) {
      headers.addAll(real.headers(HeaderQuery.byHash(trunk.head().hash(), left)));
    }
    return headers;
  }

  @Override
  public List<byte[]> blocks(List<Hash> hashes) {
    List<byte[]> blocks = new ArrayList<>();
    for (Hash hash : hashes) {
      Integer position = positions.get(hash);
      if (position != null) {
        blocks.add(forged.get(position).rawBlock());
      } else {
        blocks.addAll(real.blocks(List.of(hash)));
      }
    }
    return blocks.subList(0, Math.min(BLOCKS_MAX, blocks.size()));
  }

  @Override
  public List<byte[]> bodies(List<BlockHeader> headers) {
    List<byte[]> bodies = new ArrayList<>();
    for (BlockHeader header : headers) {
      Integer position = positions.get(header.hash());
      if (position != null) {
        bodies.add(forged.get(position).rawBody());
      } else {
        bodies.addAll(real.bodies(List.of(header)));
      }
    }
    return bodies;
  }
}
