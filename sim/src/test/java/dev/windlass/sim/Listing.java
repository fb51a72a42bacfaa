package dev.windlass.sim;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The data of a peer of the 2015 test rig: any list of hashes from its head down, and blocks by
 * their hash.
 *
 * <p>It answers as an honest server would, with the hashes below the one that is asked for, and
 * with blocks that it has. It has no headers.
 */
final class Listing implements Repertoire {
  private static final int BLOCKS_MAX = 128;

  private final List<Hash> newestFirst;
  private final Map<Hash, Integer> positions = new HashMap<>();
  private final Map<Hash, byte[]> blocks;
  private final int hashesPerReplyMax;
  private final int circle;

  Listing(List<Hash> newestFirst, Map<Hash, byte[]> blocks) {
    this(newestFirst, blocks, Integer.MAX_VALUE, Integer.MAX_VALUE);
  }

  /**
   * @param circle the number of hashes after which the list repeats
   */
  private Listing(
      List<Hash> newestFirst, Map<Hash, byte[]> blocks, int hashesPerReplyMax, int circle) {
    this.hashesPerReplyMax = hashesPerReplyMax;
    this.circle = circle;
    this.newestFirst = Collections.unmodifiableList(new ArrayList<>(newestFirst));
    this.blocks = Collections.unmodifiableMap(new HashMap<>(blocks));
    for (int i = 0; i < newestFirst.size(); i++) {
      positions.putIfAbsent(newestFirst.get(i), i);
    }
  }

  /** The hashes and blocks of a whole chain, including the genesis. */
  static Listing of(ChainMaker chain) {
    List<Hash> hashes = new ArrayList<>();
    Map<Hash, byte[]> blocks = new HashMap<>();
    for (long n = chain.head().number(); n >= 0; n--) {
      hashes.add(chain.hashAt(n));
      blocks.put(chain.hashAt(n), chain.rawBlock(n));
    }
    return new Listing(hashes, blocks);
  }

  /** Linked blocks, oldest first, on a block that the store has. */
  static Listing of(List<Block> oldestFirst, Hash below) {
    List<Hash> hashes = new ArrayList<>();
    Map<Hash, byte[]> blocks = new HashMap<>();
    for (Block block : oldestFirst) {
      hashes.add(0, block.hash());
      blocks.put(block.hash(), block.rawBlock());
    }
    hashes.add(below);
    return new Listing(hashes, blocks);
  }

  List<Hash> newestFirst() {
    return newestFirst;
  }

  Hash head() {
    return newestFirst.get(0);
  }

  /** The same blocks with another list. */
  Listing listing(List<Hash> otherHashes) {
    return new Listing(otherHashes, blocks);
  }

  /** The same list without this block. */
  Listing without(Hash block) {
    Map<Hash, byte[]> fewer = new HashMap<>(blocks);
    fewer.remove(block);
    return new Listing(newestFirst, fewer);
  }

  /** The same, one hash at a time. */
  Listing dripping() {
    return new Listing(newestFirst, blocks, 1, circle);
  }

  /** The same, but the list repeats after this many hashes below the head. */
  Listing circling(int length) {
    return new Listing(newestFirst, blocks, hashesPerReplyMax, length);
  }

  @Override
  public List<Hash> hashes(Hash from, int max) {
    Integer position = positions.get(from);
    if (position == null) {
      return List.of();
    }
    int first = position >= circle ? 1 : position + 1;
    int count = Math.min(Math.min(max, hashesPerReplyMax), circle - first + 1);
    return newestFirst.subList(first, Math.min(newestFirst.size(), first + count));
  }

  @Override
  public List<byte[]> headers(HeaderQuery query) {
    return List.of();
  }

  @Override
  public List<byte[]> blocks(List<Hash> hashes) {
    return hashes.stream().filter(blocks::containsKey).limit(BLOCKS_MAX).map(blocks::get).toList();
  }

  @Override
  public List<byte[]> bodies(List<BlockHeader> headers) {
    return List.of();
  }
}
