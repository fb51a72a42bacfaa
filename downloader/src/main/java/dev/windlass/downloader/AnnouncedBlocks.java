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
 * Holds whole blocks that peers announced until the tip reaches them, so that they need not be
 * requested.
 *
 * <p>Owned by the downloader. It holds at most 64 blocks of one peer, each at most 7 below and 32
 * above the tip, as the fetcher of 2015 does. All blocks together have at most {@link
 * DownloaderLimits#announcedBytesMax}. A block beyond these bounds is discarded, and requested
 * later if it is wanted.
 */
final class AnnouncedBlocks {
  static final int BLOCKS_PER_PEER_MAX = 64;
  static final int BELOW_MAX = 7;
  static final int ABOVE_MAX = 32;

  private final long bytesMax;
  private final Map<Hash, Held> held = new HashMap<>();

  /** The same by number. A fork has several blocks at one number. */
  private final TreeMap<Long, List<Held>> byNumber = new TreeMap<>();

  private final Map<PeerId, Integer> counts = new HashMap<>();
  private long bytes;

  AnnouncedBlocks(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  private record Held(Block block, PeerId from) {}

  /**
   * Takes a block whose body was proven against its header.
   *
   * @return false if it is discarded, or held already
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

  /** A run that extends the tip, oldest first, and the peer that sent its last block. */
  record Run(List<Block> blocks, PeerId from) {}

  /** Removes and returns a run that extends the tip. Empty if there is none. */
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

  /** Removes the blocks of a peer that is gone. */
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
