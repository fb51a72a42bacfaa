package dev.windlass.downloader.walk;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.downloader.CoreState;
import dev.windlass.downloader.Sync;
import dev.windlass.downloader.SyncError;
import dev.windlass.peerset.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lets the ban set grow along a chain that holds a banned hash.
 *
 * <p>The sync leaves such a chain. What stands on the banned block is banned as far as one request
 * shows, so that every attempt takes the ban nearer to the head. Owned by {@link HashWalk}.
 */
final class BanGrowth {
  /** Tickets count from 1. */
  private static final long NOT_ASKED = 0;

  private final CoreState context;
  private final Sync sync;
  private final PeerId peer;
  private final Hash banned;
  private final long ticket;

  /**
   * Asks the peer for the blocks next to the banned one, if it may be asked.
   *
   * @param newestFirst hashes that the peer listed, the banned one last
   */
  BanGrowth(CoreState context, Sync sync, PeerId peer, List<Hash> newestFirst) {
    this.context = context;
    this.sync = sync;
    this.peer = peer;
    this.banned = newestFirst.get(newestFirst.size() - 1);
    int count = Math.min(newestFirst.size(), context.limits.peers().wholeBlocksPerRequestMax());
    List<Hash> nearest =
        List.copyOf(newestFirst.subList(newestFirst.size() - count, newestFirst.size()));
    this.ticket =
        context
            .peers
            .peer(peer)
            .filter(Peer::hasCredit)
            .map(asked -> context.askToo(asked, new Question.Blocks(nearest)))
            .orElse(NOT_ASKED);
  }

  boolean isAsked() {
    return ticket != NOT_ASKED;
  }

  boolean awaits(long answered) {
    return isAsked() && ticket == answered;
  }

  boolean isFrom(PeerId other) {
    return peer.equals(other);
  }

  /** Bans the highest of these blocks that stands on the banned one, and ends the sync. */
  void finish(List<Block> blocks) {
    Hash highest = banned;
    List<Block> oldestFirst = new ArrayList<>(blocks);
    oldestFirst.sort((a, b) -> Long.compare(a.number(), b.number()));
    if (!oldestFirst.isEmpty() && oldestFirst.get(0).hash().equals(banned)) {
      for (Block block : oldestFirst.subList(1, oldestFirst.size())) {
        if (!block.parentHash().equals(highest)) {
          break;
        }
        highest = block.hash();
      }
    }
    if (!highest.equals(banned)) {
      context.banDescendant(highest, banned);
      sync.noteBansGrown();
    }
    // A peer that lists what an operator asked for has announced nothing.
    sync.fail(
        SyncError.INVALID_CHAIN,
        sync.isOperators() ? Optional.empty() : Optional.of(peer),
        "block " + banned + " is banned");
  }
}
