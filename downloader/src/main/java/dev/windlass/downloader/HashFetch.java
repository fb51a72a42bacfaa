package dev.windlass.downloader;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Delivery;
import dev.windlass.chain.Hash;
import dev.windlass.chain.PeerId;
import dev.windlass.peerset.Peer;
import dev.windlass.peerset.PeerKind;
import dev.windlass.peerset.Request;
import java.util.List;
import java.util.Optional;

/**
 * fetchHashes: follows the chain from its anchor to what is stored, by headers where a peer has
 * them, else by bare hashes.
 *
 * <p>Owned by the downloader. It ends when the chain is complete and no cross-check is open.
 */
final class HashFetch implements Phase {
  private final Context context;
  private final Haul haul;
  private Walk walk;
  private HashWalk hashWalk;

  HashFetch(Context context, Haul haul, List<Long> landings) {
    this.context = context;
    this.haul = haul;
    if (hasPeer(PeerKind.HEADER) || !hasPeer(PeerKind.HASH)) {
      walk = new HeaderWalk(context, haul, landings);
    } else {
      walkByHashes();
    }
  }

  /** Whether a peer of this kind may have the chain. */
  private boolean hasPeer(PeerKind kind) {
    for (Peer peer : context.peers.all()) {
      boolean isOnIt =
          haul.isOperators()
              || peer.head().equals(haul.anchor)
              || haul.origin.filter(peer.id()::equals).isPresent();
      if (peer.kind() == kind && isOnIt) {
        return true;
      }
    }
    return false;
  }

  private void walkByHashes() {
    hashWalk = new HashWalk(context, haul);
    walk = hashWalk;
  }

  @Override
  public Progress.Phase name() {
    return Progress.Phase.FETCHING_HASHES;
  }

  @Override
  public void onHashes(PeerId peer, long ticket, Delivery<Hash> delivery) {
    walk.onHashes(peer, ticket, delivery);
  }

  @Override
  public void onHeaders(PeerId peer, long ticket, Delivery<BlockHeader> delivery) {
    walk.onHeaders(peer, ticket, delivery);
  }

  @Override
  public void onBlocks(PeerId peer, long ticket, Delivery<Block> delivery) {
    walk.onBlocks(peer, ticket, delivery);
  }

  @Override
  public void onOverdue(Request request) {
    walk.onOverdue(request);
  }

  @Override
  public void onPeerGone(PeerId peer) {
    walk.onPeerGone(peer);
  }

  void onAppended(HashChain chain, int stored) {
    walk.onAppended(chain, stored);
  }

  @Override
  public Phase progress() {
    walk.progress();
    if (haul.hasFailed()) {
      return this;
    }
    if (haul.chain.isComplete() && (hashWalk == null || hashWalk.isChecked())) {
      return next();
    }
    if (walk.isExhausted()) {
      if (context.peers.size() == 0) {
        haul.fail(HaulError.NO_PEERS, "the last peer left");
      } else if (hashWalk == null && hasPeer(PeerKind.HASH)) {
        walkByHashes();
        walk.progress();
      } else {
        haul.fail(
            walk.exhaustion(),
            haul.answersForNext(),
            "nobody serves what is below " + haul.chain.next());
      }
    }
    return this;
  }

  private Phase next() {
    HashChain.Ending ending = haul.chain.ending().orElseThrow();
    if (ending.contradiction().isPresent()) {
      haul.fail(
          HaulError.INVALID_CHAIN,
          haul.answersFor(ending.ancestorNumber() + 1, ending.anchorNumber()),
          ending.contradiction().get());
      return this;
    }
    return new BlockFetch(context, haul, ending).progress();
  }

  @Override
  public Optional<Progress.WaitingReason> waiting() {
    return Optional.of(walk.waiting());
  }

  @Override
  public long nextDeadlineNanos() {
    return walk.nextDeadlineNanos();
  }
}
