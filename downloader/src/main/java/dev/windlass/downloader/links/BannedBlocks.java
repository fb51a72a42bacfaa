package dev.windlass.downloader.links;

import dev.windlass.chain.BadHashes;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.chain.store.StoreException;
import dev.windlass.downloader.BanSet;
import dev.windlass.downloader.Checkpoints;
import dev.windlass.downloader.Trust;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The stored blocks that are banned. They are forgotten before the first sync of a node, with all
 * blocks above them.
 *
 * <p>Used once, by the thread that starts the node, while no other thread writes the store. A
 * banned block whose body is missing is not found, since the store has no index of its hash.
 */
public final class BannedBlocks {
  /**
   * The removal of a banned block from the canonical chain.
   *
   * @param why the evidence of the ban
   */
  public record Rewind(BlockId banned, String why, StoreChange change) {}

  private final BlockStore store;
  private final List<BlockId> found = new ArrayList<>();
  private final Set<Hash> lifted = new LinkedHashSet<>();

  private BannedBlocks(BlockStore store) {
    this.store = store;
  }

  /**
   * Looks for them, and changes nothing.
   *
   * @param trust no block at or below a checkpoint that the chain has passed is forgotten. A hash
   *     that a checkpoint names counts as not banned, and so does what is only banned because it
   *     stands on such a block
   * @throws StoreException if the root is banned, or a block below a passed checkpoint
   */
  public static BannedBlocks of(BlockStore store, Trust trust) {
    Checkpoints checkpoints = new Checkpoints(store.root(), trust.checkpoints());
    checkpoints.pass(store.tip());
    BannedBlocks banned = new BannedBlocks(store);
    Set<Hash> hashes = new LinkedHashSet<>(BadHashes.PERMANENT);
    hashes.addAll(store.bans().keySet());
    banned.lift(hashes, checkpoints);
    hashes.removeAll(banned.lifted);
    for (Hash hash : hashes) {
      OptionalLong number = store.known(hash);
      if (number.isPresent()) {
        banned.add(new BlockId(number.getAsLong(), hash), checkpoints.lastPassed());
      }
    }
    return banned;
  }

  /** Finds the bans that end: those of checkpoints, and those whose cause is not banned. */
  private void lift(Set<Hash> hashes, Checkpoints checkpoints) {
    hashes.stream().filter(checkpoints::has).forEach(lifted::add);
    boolean isMore = true;
    while (isMore) {
      isMore = false;
      for (Hash hash : hashes) {
        boolean isCauseless =
            store
                .banOf(hash)
                .flatMap(BanSet::below)
                .filter(below -> lifted.contains(below) || !hashes.contains(below))
                .isPresent();
        isMore |= isCauseless && lifted.add(hash);
      }
    }
  }

  private void add(BlockId block, BlockId passed) {
    if (store.isCanonical(block) && block.number() <= passed.number()) {
      String what =
          passed.equals(store.root())
              ? "the root of the store"
              : "checkpoint " + passed + ", which the stored chain has passed";
      throw new StoreException(
          StoreException.Kind.OTHER_CHAIN,
          String.format(
              "block %s is banned (%s) and cannot be removed, since it is not above %s",
              block, store.banOf(block.hash()).orElseThrow(), what));
    }
    found.add(block);
  }

  /** Forgets them. Returns what has become of the canonical chain, in order. */
  public List<Rewind> forget() {
    lifted.forEach(store::removeBan);
    List<Rewind> rewinds = new ArrayList<>();
    for (BlockId block : found) {
      // It may stand on another one that is forgotten by now.
      if (store.known(block.hash()).isPresent()) {
        BlockId before = store.tip();
        BlockId tip = store.forget(block);
        if (!tip.equals(before)) {
          Reorg reorg = new Reorg(tip, before, tip);
          StoreChange change = new StoreChange(List.of(), before, tip, Optional.of(reorg));
          rewinds.add(new Rewind(block, store.banOf(block.hash()).orElseThrow(), change));
        }
      }
    }
    return rewinds;
  }
}
