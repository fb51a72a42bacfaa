package dev.windlass.downloader;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The pool of whole blocks that peers announced, until their parents are stored.
 *
 * <p>Owned by the downloader. Invariants: it holds at most {@link #BLOCKS_MAX} blocks, of one peer
 * at most {@link #BLOCKS_PER_PEER_MAX}, and of all together at most {@link
 * DownloaderLimits#announcedBytesMax} bytes. A block stays for an hour at most, and only while it
 * is near the tip. A block that the pool does not hold is requested if it is wanted. What it holds
 * proves nothing.
 */
final class AnnouncedBlocks {
  static final int BLOCKS_MAX = 100;

  /** The bound and the distances of the fetcher of 2015. */
  static final int BLOCKS_PER_PEER_MAX = 64;

  static final int BELOW_MAX = 7;
  static final int ABOVE_MAX = 32;

  static final long EXPIRY_NANOS = 3_600_000_000_000L;

  private final long bytesMax;

  /** In the order of their arrival, so that the first one expires first. */
  private final Map<Hash, Held> held = new LinkedHashMap<>();

  private final Map<Hash, List<Held>> byParent = new HashMap<>();
  private final Map<PeerId, Share> shares = new HashMap<>();
  private long bytes;

  /** The number of the tip at the last {@link #pass}. */
  private long passedNumber;

  AnnouncedBlocks(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /**
   * An announced block.
   *
   * @param from the peer that sent it first
   * @param totalDifficulty as that peer claims it, or 0
   */
  record Held(Block block, PeerId from, BigInteger totalDifficulty, long expiresNanos) {}

  /** What the pool holds of one peer. */
  private static final class Share {
    private int blocks;
    private long bytes;
  }

  /**
   * Takes a block whose body was proven against its header.
   *
   * @param totalDifficulty as the peer claims it, or 0
   * @return false if it is discarded, or held already
   */
  boolean offer(PeerId from, Block block, BigInteger totalDifficulty, BlockId tip, long nowNanos) {
    expire(nowNanos);
    boolean isWanted =
        isNear(block, tip)
            && block.number() > 0
            && !block.hash().equals(tip.hash())
            && !held.containsKey(block.hash())
            && share(from).blocks < BLOCKS_PER_PEER_MAX;
    if (!isWanted || !makeRoom(from, block.size())) {
      return false;
    }
    Held entry = new Held(block, from, totalDifficulty, nowNanos + EXPIRY_NANOS);
    held.put(block.hash(), entry);
    byParent.computeIfAbsent(block.parentHash(), hash -> new ArrayList<>()).add(entry);
    Share share = shares.computeIfAbsent(from, peer -> new Share());
    share.blocks++;
    share.bytes += block.size();
    bytes += block.size();
    return true;
  }

  private static boolean isNear(Block block, BlockId tip) {
    long distance = block.number() - tip.number();
    return distance >= -BELOW_MAX && distance <= ABOVE_MAX;
  }

  private Share share(PeerId peer) {
    return shares.getOrDefault(peer, new Share());
  }

  /**
   * Removes blocks until the new one fits. The block that expires first goes, of the peer that has
   * the largest part of the pool. So a peer cannot displace the blocks of one that has fewer.
   *
   * @return false if only blocks of peers with a smaller part are left
   */
  private boolean makeRoom(PeerId from, int size) {
    if (size > bytesMax) {
      return false;
    }
    while (held.size() >= BLOCKS_MAX || bytes + size > bytesMax) {
      boolean isByCount = held.size() >= BLOCKS_MAX;
      long most = 0;
      for (PeerId peer : shares.keySet()) {
        most = Math.max(most, weight(peer, isByCount));
      }
      long own = weight(from, isByCount) + (isByCount ? 1 : size);
      PeerId largest = own > most ? from : null;
      Optional<Held> first = first(largest, most, isByCount);
      if (first.isEmpty()) {
        return false;
      }
      remove(first.get());
    }
    return true;
  }

  private long weight(PeerId peer, boolean isByCount) {
    return isByCount ? share(peer).blocks : share(peer).bytes;
  }

  /** The block that expires first of this peer, or of any that weighs as much if it is null. */
  private Optional<Held> first(PeerId peer, long weight, boolean isByCount) {
    return held.values().stream()
        .filter(
            entry ->
                peer == null ? weight(entry.from, isByCount) == weight : entry.from.equals(peer))
        .findFirst();
  }

  /**
   * The lowest of the blocks that lead down from a head without a missing one. Empty if the head
   * itself is not held.
   */
  Optional<BlockHeader> root(Hash head) {
    Held root = held.get(head);
    if (root == null) {
      return Optional.empty();
    }
    Held below = held.get(root.block.parentHash());
    while (below != null) {
      root = below;
      below = held.get(root.block.parentHash());
    }
    return Optional.of(root.block.header());
  }

  /**
   * Removes and returns the descendants of a stored block, breadth first. A block whose number does
   * not follow that of its parent is discarded, and so is a refused one.
   */
  List<Held> take(BlockId stored, Predicate<Hash> isRefused) {
    List<Held> taken = new ArrayList<>();
    Deque<BlockId> parents = new ArrayDeque<>(List.of(stored));
    while (!parents.isEmpty()) {
      BlockId parent = parents.removeFirst();
      for (Held child : List.copyOf(byParent.getOrDefault(parent.hash(), List.of()))) {
        remove(child);
        if (child.block.number() == parent.number() + 1 && !isRefused.test(child.block.hash())) {
          taken.add(child);
          parents.addLast(child.block.id());
        }
      }
    }
    return taken;
  }

  /** All blocks, the one that expires first at the beginning. */
  Collection<Held> all() {
    return List.copyOf(held.values());
  }

  boolean has(Hash hash) {
    return held.containsKey(hash);
  }

  /** Removes a block that is used in another way. */
  void remove(Hash hash) {
    Held entry = held.get(hash);
    if (entry != null) {
      remove(entry);
    }
  }

  private void remove(Held entry) {
    held.remove(entry.block.hash());
    List<Held> siblings = byParent.get(entry.block.parentHash());
    siblings.remove(entry);
    if (siblings.isEmpty()) {
      byParent.remove(entry.block.parentHash());
    }
    Share share = shares.get(entry.from);
    share.blocks--;
    share.bytes -= entry.block.size();
    if (share.blocks == 0) {
      shares.remove(entry.from);
    }
    bytes -= entry.block.size();
  }

  /** Removes the blocks whose time is over. */
  private void expire(long nowNanos) {
    while (nextNanos() <= nowNanos) {
      remove(held.values().iterator().next());
    }
  }

  /** When the next block expires. Long.MAX_VALUE if there is none. */
  long nextNanos() {
    return held.isEmpty() ? Long.MAX_VALUE : held.values().iterator().next().expiresNanos;
  }

  /** Removes the blocks that the time or the tip has left behind. */
  void pass(BlockId tip, long nowNanos) {
    expire(nowNanos);
    if (tip.number() != passedNumber) {
      passedNumber = tip.number();
      remove(tip.hash());
      removeAll(entry -> entry.block.number() < tip.number() - BELOW_MAX);
    }
  }

  /** Removes the blocks of a peer that is gone. */
  void forget(PeerId from) {
    removeAll(entry -> entry.from.equals(from));
  }

  private void removeAll(Predicate<Held> isUnwanted) {
    all().stream().filter(isUnwanted).forEach(this::remove);
  }

  int size() {
    return held.size();
  }

  long bytes() {
    return bytes;
  }

  /** Throws if the counts do not add up. */
  void checkInvariants() {
    long blocksOfPeers = 0;
    long bytesOfPeers = 0;
    for (Share share : shares.values()) {
      blocksOfPeers += share.blocks;
      bytesOfPeers += share.bytes;
    }
    long children = byParent.values().stream().mapToLong(List::size).sum();
    boolean isConsistent =
        blocksOfPeers == held.size() && children == held.size() && bytesOfPeers == bytes;
    if (!isConsistent || held.size() > BLOCKS_MAX || bytes > bytesMax) {
      throw new IllegalStateException(
          held.size() + " announced blocks of " + bytes + " bytes, of peers " + bytesOfPeers);
    }
  }
}
