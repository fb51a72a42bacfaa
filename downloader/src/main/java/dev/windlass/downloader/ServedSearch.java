package dev.windlass.downloader;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.store.Link;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.peerset.Peer;
import dev.windlass.peerset.PeerKind;
import dev.windlass.peerset.Request;
import dev.windlass.peerset.Wanted.Item;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Looks for the lowest block that a peer serves, if no peer serves the next one. It doubles its
 * steps until a block is served, and then bisects.
 *
 * <p>Owned by {@link BlockFetch}, which keeps the blocks that it finds. It asks every peer for one
 * block at a time, and once a peer that announced not to have it. It assumes one cut between an
 * unserved and a served block, since nodes prune from the bottom.
 */
final class ServedSearch {
  private final CoreState context;
  private final Sync sync;

  /** The highest number to search. */
  private long last;

  /** The highest number that is known to be unserved. */
  private long low;

  /** The lowest number that is known to be served, or {@code last + 1}. */
  private long high;

  private long step = 1;
  private long number;
  private Link link;
  private boolean isLoading;
  private final Set<PeerId> tried = new HashSet<>();

  /** The open questions by ticket, each with its block number. */
  private final Map<Long, Long> asked = new HashMap<>();

  /**
   * Prepares a search, which {@link #progress} begins.
   *
   * @param served the lowest number that is known to be served, if one is
   */
  ServedSearch(CoreState context, Sync sync, long first, long last, OptionalLong served) {
    this.context = context;
    this.sync = sync;
    this.last = last;
    low = first - 1;
    high = served.orElse(last + 1);
    number = first;
  }

  /** Takes over the open questions of an earlier search. */
  void inherit(ServedSearch before) {
    asked.putAll(before.asked);
  }

  /** The number of questions without an answer. */
  int openQuestions() {
    return (int) asked.keySet().stream().filter(t -> context.peers.request(t).isPresent()).count();
  }

  boolean isDone() {
    return low + 1 == high || low == last;
  }

  /** The lowest served number, once the search is done. Empty if none is served. */
  OptionalLong found() {
    return high <= last ? OptionalLong.of(high) : OptionalLong.empty();
  }

  boolean asked(long ticket) {
    return asked.containsKey(ticket);
  }

  /** Claimed links cannot be passed over, so the search ends below the first one. */
  void onLinkLoaded(Link loaded) {
    isLoading = false;
    if (loaded.isProven()) {
      link = loaded;
      return;
    }
    last = loaded.number() - 1;
    high = Math.min(high, last + 1);
    number = Math.min(last, low + Math.max(1, (last - low) / 2));
    tried.clear();
  }

  boolean isLoading() {
    return isLoading;
  }

  /** Takes an answer. Returns the block that was asked for, if the answer holds it. */
  Optional<Block> onBlocks(PeerId peer, long ticket, Delivery<Block> delivery) {
    long asksFor = asked.remove(ticket);
    context.complete(peer, ticket, delivery.items().size(), delivery.bytes());
    context.tally.bytes += delivery.bytes();
    context.punish(peer, delivery);
    Optional<Block> block =
        delivery.items().stream().filter(item -> item.number() == asksFor).findFirst();
    if (block.isPresent()) {
      context.peers.provesMore(peer, Item.BLOCK, asksFor);
      sync.gained(1, block.get().size(), context);
      if (asksFor < high && asksFor > low) {
        high = asksFor;
        next();
      }
    } else {
      context.peers.addLacks(peer, delivery.missing(), context.nowNanos);
      if (asksFor == number) {
        tried.add(peer);
      }
    }
    return block;
  }

  void onOverdue(Request request) {
    Long asksFor = asked.remove(request.ticket());
    if (asksFor != null && asksFor == number) {
      tried.add(request.peer());
    }
  }

  void onPeerGone(PeerId peer) {
    asked.keySet().removeIf(ticket -> context.peers.request(ticket).isEmpty());
    tried.remove(peer);
  }

  void progress() {
    if (isDone() || isLoading) {
      return;
    }
    if (link == null || link.number() != number) {
      isLoading = true;
      context.store(new StoreJob.LoadLinks(sync.id, sync.chain, sync.anchorNumber(), number, 1));
      return;
    }
    boolean areAllTardy =
        context.peers.all().stream().allMatch(peer -> peer.isTardy(context.nowNanos));
    boolean isWaiting = false;
    for (Peer peer : context.peers.all()) {
      boolean isHoped = isHopedFor(peer) || isAsked(peer.id());
      isWaiting |= isHoped && (areAllTardy || !peer.isTardy(context.nowNanos));
    }
    for (Peer peer : context.peers.idle(context.nowNanos, p -> isHopedFor(p) && !isAsked(p.id()))) {
      ask(peer);
    }
    if (!isWaiting && context.peers.size() > 0) {
      low = number;
      next();
      progress();
    }
  }

  private boolean isHopedFor(Peer peer) {
    return !tried.contains(peer.id())
        && (peer.range(Item.BLOCK).holds(number) || peer.range(Item.BLOCK).isUntried(number))
        && !peer.lacks(link.hash())
        && !context.hasLackedLately(peer, link.hash());
  }

  private boolean isAsked(PeerId peer) {
    return asked.entrySet().stream()
        .filter(entry -> entry.getValue() == number)
        .anyMatch(
            entry ->
                context
                    .peers
                    .request(entry.getKey())
                    .filter(r -> r.peer().equals(peer))
                    .isPresent());
  }

  private void ask(Peer peer) {
    Hash hash = link.hash();
    long ticket =
        peer.kind() == PeerKind.HASH
            ? context.askToo(peer, new Question.Blocks(List.of(hash)))
            : context.askToo(peer, new Question.Bodies(List.of(link.provenHeader().orElseThrow())));
    asked.put(ticket, number);
    context.peers.tryOut(peer.id(), Item.BLOCK, number);
  }

  /** Each step counts as progress, since a search has few steps. */
  private void next() {
    sync.startPace(context.nowNanos);
    tried.clear();
    link = null;
    if (high <= last) {
      number = low + (high - low) / 2;
    } else {
      number = Math.min(last, low + step);
      step *= 2;
    }
  }

  Progress.WaitingReason waiting() {
    if (isLoading) {
      return Progress.WaitingReason.STORE_BUSY;
    }
    return context.peers.size() == 0
        ? Progress.WaitingReason.NO_PEERS
        : Progress.WaitingReason.PEERS_BUSY;
  }
}
