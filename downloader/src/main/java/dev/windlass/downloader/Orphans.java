package dev.windlass.downloader;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.ForkChoice;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides which announced blocks can be stored now, and what must be fetched before the others can.
 *
 * <p>Owned by the downloader. Announced blocks on the tip are stored at once. The blocks of another
 * branch wait until a followed peer's head is worth a sync and leads through them. So a peer cannot
 * fill the disk with branches that are not better than ours.
 */
final class Orphans {
  private final CoreState context;

  Orphans(CoreState context) {
    this.context = context;
  }

  /** Takes an announced block of a followed peer, if no ban and no checkpoint rules it out. */
  void offer(Announcement said, Block block) {
    PeerId from = said.source().orElseThrow();
    boolean isFollowed =
        context.limits.followsPeers()
            && context.peers.peer(from).isPresent()
            && context.heads.follows(from);
    boolean isAllowed =
        !context.bans.has(block.hash())
            && !context.bans.has(block.parentHash())
            && context.checkpoints.objection(block.id()).isEmpty();
    if (isFollowed && isAllowed) {
      BigInteger difficulty = said.head().totalDifficulty().orElse(BigInteger.ZERO);
      context.announced.offer(from, block, difficulty, context.tip, context.nowNanos);
      context.heights.proven(block.id());
    }
  }

  /**
   * Announced blocks that stand on a stored one.
   *
   * @param blocks parents before children, the blocks of one height together
   * @param head the block that their sync is for, one of them
   */
  record Descendants(List<AnnouncedBlocks.Held> blocks, HeadClaims.Candidate head) {
    Descendants {
      blocks = List.copyOf(blocks);
    }

    /** The same in linked runs. The head is the last block of its run. */
    List<List<AnnouncedBlocks.Held>> runs() {
      List<List<AnnouncedBlocks.Held>> runs = new ArrayList<>();
      Hash last = null;
      for (AnnouncedBlocks.Held next : blocks) {
        boolean isLinked = next.block().parentHash().equals(last) && !head.head().equals(last);
        if (!isLinked) {
          runs.add(new ArrayList<>());
        }
        runs.get(runs.size() - 1).add(next);
        last = next.block().hash();
      }
      return runs;
    }
  }

  /** Removes the announced blocks that stand on the tip from the pool. Empty if there are none. */
  Optional<Descendants> onTip() {
    return on(context.tip, Optional.empty());
  }

  /** The same for the anchor of a parent sync, if that is stored. */
  Optional<Descendants> onAnchor(NextSync.Choice choice) {
    OptionalLong number = context.heights.storedLately(choice.anchor());
    return choice.claim().isPresent() && number.isPresent()
        ? on(new BlockId(number.getAsLong(), choice.anchor()), choice.claim())
        : Optional.empty();
  }

  private Optional<Descendants> on(BlockId stored, Optional<HeadClaims.Candidate> claim) {
    List<AnnouncedBlocks.Held> taken = context.announced.take(stored, context.bans::has);
    if (taken.isEmpty()) {
      return Optional.empty();
    }
    HeadClaims.Candidate head =
        claim.flatMap(claimed -> among(taken, claimed)).orElseGet(() -> best(taken));
    return Optional.of(new Descendants(taken, head));
  }

  /** The claimed head with its proven number, if it is one of these blocks. */
  private static Optional<HeadClaims.Candidate> among(
      List<AnnouncedBlocks.Held> taken, HeadClaims.Candidate claimed) {
    return taken.stream()
        .map(AnnouncedBlocks.Held::block)
        .filter(block -> block.hash().equals(claimed.head()))
        .findFirst()
        .map(
            block ->
                new HeadClaims.Candidate(
                    claimed.origin(),
                    claimed.head(),
                    block.number(),
                    claimed.difficulty(),
                    claimed.isReplacing()));
  }

  /**
   * The block that the store makes the tip, as {@link ForkChoice} has it: the first of the heaviest
   * ones, or of the highest ones if they have no difficulty.
   */
  private static HeadClaims.Candidate best(List<AnnouncedBlocks.Held> breadthFirst) {
    Map<Hash, BigInteger> weights = new HashMap<>();
    AnnouncedBlocks.Held best = breadthFirst.get(0);
    for (AnnouncedBlocks.Held next : breadthFirst) {
      BigInteger below = weights.getOrDefault(next.block().parentHash(), BigInteger.ZERO);
      BlockHeader header = next.block().header();
      weights.put(header.hash(), below.add(header.difficulty()));
      boolean isWeighed = !header.hasNoDifficulty() && !best.block().header().hasNoDifficulty();
      int more =
          isWeighed
              ? weights.get(header.hash()).compareTo(weights.get(best.block().hash()))
              : Long.compare(header.number(), best.block().number());
      best = more > 0 ? next : best;
    }
    BlockId id = best.block().id();
    return new HeadClaims.Candidate(
        best.from(), id.hash(), id.number(), best.totalDifficulty(), false);
  }

  /**
   * What to sync for a head. If its block was announced whole, it is the parent of the lowest
   * announced block below it, which is at most as heavy as the head. The announced blocks are
   * stored afterwards.
   */
  NextSync.Choice choice(HeadClaims.Candidate head) {
    return context
        .announced
        .root(head.head())
        .map(
            root ->
                new NextSync.Choice(
                    root.parentHash(),
                    Optional.of(head.origin()),
                    root.number() - 1,
                    head.difficulty(),
                    false,
                    Optional.empty(),
                    Optional.of(head)))
        .orElseGet(() -> NextSync.Choice.ofHead(head));
  }
}
