package dev.windlass.downloader;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Evidence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The trusted blocks that every chain must pass through. The root of the store is one of them.
 *
 * <p>The downloader and the store's thread have one each. The stored chain contains each checkpoint
 * at or below the tip, since the start checks that, and no chain is stored that contradicts one.
 */
public final class Checkpoints {
  private final NavigableMap<Long, BlockId> trusted = new TreeMap<>();
  private final Set<Hash> givenUp = new HashSet<>();

  /** The numbers of all, lowest first. Each header is looked up here. */
  private final long[] numbers;

  private BlockId passed;

  /**
   * Has passed only the root yet.
   *
   * @param named one at the root is ignored. Those below it matter once the root moves down
   */
  public Checkpoints(BlockId root, List<BlockId> named) {
    for (BlockId checkpoint : named) {
      if (checkpoint.number() != root.number() && checkpoint.number() > 0) {
        trusted.put(checkpoint.number(), checkpoint);
      }
    }
    numbers = trusted.keySet().stream().mapToLong(Long::longValue).toArray();
    passed = root;
  }

  /** The store begins with another block. Until a checkpoint is passed, no chain may leave it. */
  public void moveRoot(BlockId before, BlockId root) {
    passed = passed.equals(before) ? root : passed;
  }

  /** Whether there is a checkpoint at this number. */
  public boolean isAt(long number) {
    return Arrays.binarySearch(numbers, number) >= 0;
  }

  /** Why a block belongs to a wrong chain. Empty if no checkpoint rules it out. */
  public Optional<String> objection(BlockId block) {
    BlockId checkpoint = trusted.get(block.number());
    return checkpoint == null || checkpoint.equals(block)
        ? Optional.empty()
        : Optional.of(
            String.format(
                "block %d is %s, and the checkpoint is %s",
                block.number(), block.hash(), checkpoint.hash()));
  }

  /** The bytes that prove the objection to a header. */
  public Optional<Evidence> proof(BlockHeader header) {
    return Optional.ofNullable(trusted.get(header.number()))
        .map(checkpoint -> new Evidence.OffCheckpoint(checkpoint, header));
  }

  /** The highest checkpoint of the stored chain. No chain may leave ours below it. */
  public BlockId lastPassed() {
    return passed;
  }

  /** Whether a checkpoint has this hash. */
  public boolean has(Hash hash) {
    return trusted.values().stream().anyMatch(checkpoint -> checkpoint.hash().equals(hash));
  }

  /** The chain below a checkpoint is proven to be wrong, so it is not synced for its own sake. */
  void giveUp(Hash checkpoint) {
    if (has(checkpoint)) {
      givenUp.add(checkpoint);
    }
  }

  boolean isGivenUp(BlockId checkpoint) {
    return givenUp.contains(checkpoint.hash());
  }

  /** The lowest checkpoint that the stored chain has not reached. */
  public Optional<BlockId> next() {
    return Optional.ofNullable(trusted.higherEntry(passed.number())).map(Map.Entry::getValue);
  }

  /** Returns the checkpoints that the stored chain has passed since the last call. */
  public List<BlockId> pass(BlockId tip) {
    List<BlockId> fresh = new ArrayList<>();
    for (BlockId checkpoint : trusted.subMap(passed.number(), false, tip.number(), true).values()) {
      fresh.add(checkpoint);
    }
    if (!fresh.isEmpty()) {
      passed = fresh.get(fresh.size() - 1);
    }
    return fresh;
  }
}
