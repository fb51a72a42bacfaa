package dev.windlass.downloader;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whole blocks that peers announced, until the chain reaches them: what came of its own need not be
 * asked for.
 *
 * <p>Owned by the downloader. It holds 64 blocks of one peer at most, each at most 7 below and 32
 * above the tip, as the fetcher of 2015 does, and {@link DownloaderLimits#announcedBytesMax} of all
 * peers; what is too much is discarded, and asked for if it turns out to be wanted.
 */
final class AnnouncedBlocks {
  static final int BLOCKS_PER_PEER_MAX = 64;
  static final int BELOW_MAX = 7;
  static final int ABOVE_MAX = 32;

  private final long bytesMax;
  private final Map<Hash, Held> held = new HashMap<>();

  /** The same by number: a fork has several at one. */
  private final TreeMap<Long, List<Held>> byNumber = new TreeMap<>();

  private final Map<PeerId, Integer> counts = new HashMap<>();
  private long bytes;

  AnnouncedBlocks(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  private record Held(Block block, PeerId from) {}

  /**
   * Takes a block that is proven to have the body that its header names.
   *
   * @return false where it is discarded, or held already
   */
  boolean offer(PeerId from, Block block, BlockId tip) {
    long distance = block.number() - tip.number();
    boolean isNear = distance >= -BELOW_MAX && distance <= ABOVE_MAX;
    boolean isTooMuch =
        counts.getOrDefault(from, 0) >= BLOCKS_PER_PEER_MAX || bytes + block.size() > bytesMax;
    if (!isNear || isTooMuch || held.containsKey(block.hash())) {
      return false;
    }
    Held entry = new Held(block, from);
    held.put(block.hash(), entry);
    byNumber.computeIfAbsent(block.number(), number -> new ArrayList<>()).add(entry);
    counts.merge(from, 1, Integer::sum);
    bytes += block.size();
    return true;
  }

  /** The run that goes on from the tip, oldest first, and who sent its last block. */
  record Run(List<Block> blocks, PeerId from) {}

  /** Takes the longest run out that goes on from the tip; empty where there is none. */
  Run take(BlockId tip) {
    forgetBelow(tip.number() - BELOW_MAX);
    List<Block> run = new ArrayList<>();
    PeerId from = null;
    Held next = child(tip);
    while (next != null) {
      run.add(next.block);
      from = next.from;
      remove(next);
      next = child(next.block.id());
    }
    return new Run(run, from);
  }

  private Held child(BlockId parent) {
    for (Held candidate : byNumber.getOrDefault(parent.number() + 1, List.of())) {
      if (candidate.block.parentHash().equals(parent.hash())) {
        return candidate;
      }
    }
    return null;
  }

  private void forgetBelow(long number) {
    while (!byNumber.isEmpty() && byNumber.firstKey() < number) {
      List.copyOf(byNumber.firstEntry().getValue()).forEach(this::remove);
    }
  }

  private void remove(Held entry) {
    held.remove(entry.block.hash());
    List<Held> siblings = byNumber.get(entry.block.number());
    siblings.remove(entry);
    if (siblings.isEmpty()) {
      byNumber.remove(entry.block.number());
    }
    counts.computeIfPresent(entry.from, (peer, count) -> count == 1 ? null : count - 1);
    bytes -= entry.block.size();
  }

  /** A peer is gone, and what it sent with it. */
  void forget(PeerId from) {
    if (counts.containsKey(from)) {
      List.copyOf(held.values()).stream()
          .filter(entry -> entry.from.equals(from))
          .forEach(this::remove);
    }
  }

  int size() {
    return held.size();
  }

  long bytes() {
    return bytes;
  }
}
