package dev.windlass.downloader.walk;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.downloader.CoreState;
import dev.windlass.downloader.Sync;
import dev.windlass.peerset.Origin;
import dev.windlass.peerset.Peer;
import dev.windlass.peerset.PeerKind;
import dev.windlass.peerset.Request;
import dev.windlass.peerset.Wanted.Item;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks one listed link: fetches its block, whose parent must be the hash that was listed below.
 *
 * <p>Witnesses are asked before the lister, since a liar would vouch for its own chain. If one is
 * late, the next one is asked as well, the lister last. Owned by {@link HashWalk}.
 */
final class CrossCheck {
  /** How many other peers are asked before the lister. */
  private static final int WITNESSES_MAX = 2;

  /** How often the only peer may be silent: an answer may be lost. */
  private static final int SILENCES_MAX = 2;

  private enum Outcome {
    OPEN,
    PASSED,
    FAILED
  }

  private final CoreState context;
  private final Sync sync;
  private final PeerId lister;
  private final Hash block;
  private final Hash parent;
  private final boolean isLast;

  /** Open tickets, and the peers that were asked. */
  private final Map<Long, PeerId> asked = new LinkedHashMap<>();

  private final Set<PeerId> tried = new HashSet<>();
  private int listerAsked;
  private boolean hasListerAnswered;
  private long askedNanos;
  private Outcome outcome = Outcome.OPEN;
  private String explanation = "";

  /**
   * Asks nothing yet.
   *
   * @param lister listed {@code parent} below {@code block}
   * @param isLast whether the sync is given up if the link is true
   */
  CrossCheck(CoreState context, Sync sync, PeerId lister, Hash block, Hash parent, boolean isLast) {
    this.context = context;
    this.sync = sync;
    this.lister = lister;
    this.block = block;
    this.parent = parent;
    this.isLast = isLast;
  }

  PeerId lister() {
    return lister;
  }

  boolean isLast() {
    return isLast;
  }

  boolean isOpen() {
    return outcome == Outcome.OPEN;
  }

  boolean hasPassed() {
    return outcome == Outcome.PASSED;
  }

  /** Why it failed. */
  String explanation() {
    return explanation;
  }

  private void fail(String why) {
    outcome = Outcome.FAILED;
    explanation = why;
  }

  void onBlocks(PeerId peer, long ticket, List<Block> blocks) {
    if (asked.remove(ticket) != null) {
      hasListerAnswered |= peer.equals(lister);
      Optional<Block> shown =
          blocks.stream().filter(found -> found.hash().equals(block)).findFirst();
      shown.ifPresent(context.ahead::keep);
      onParent(shown.map(Block::parentHash));
    }
  }

  void onHeaders(PeerId peer, long ticket, List<BlockHeader> headers) {
    if (asked.remove(ticket) != null) {
      hasListerAnswered |= peer.equals(lister);
      onParent(headers.stream().map(BlockHeader::parentHash).findFirst());
    }
  }

  /** A peer that does not have the block proves nothing: the next one is asked. */
  private void onParent(Optional<Hash> found) {
    if (found.isEmpty()) {
      return;
    }
    if (found.get().equals(parent)) {
      outcome = Outcome.PASSED;
    } else {
      fail("block " + block + " has parent " + found.get() + " where " + parent + " was listed");
    }
  }

  void onOverdue(long ticket) {
    asked.remove(ticket);
  }

  void onPeerGone(PeerId peer) {
    asked.values().remove(peer);
  }

  /**
   * Asks the next peer if one is due, or fails if none is left.
   *
   * @param onChain peers whose head lies on the chain
   */
  void progress(Set<PeerId> onChain) {
    for (long overdue : overdue()) {
      asked.remove(overdue);
      context.peers.expire(overdue, context.nowNanos);
      context.tally.timeouts++;
    }
    if (!asked.isEmpty() && context.nowNanos < askedNanos + context.peers.lateNanos()) {
      return;
    }
    Optional<Peer> witness = tried.size() >= WITNESSES_MAX ? Optional.empty() : witness(onChain);
    Optional<Peer> next = witness.or(this::idleLister);
    if (next.isPresent()) {
      ask(next.get());
    } else if (asked.isEmpty() && !isListerBusy()) {
      fail("no peer served block " + block);
    }
  }

  private void ask(Peer peer) {
    long ticket =
        peer.kind() == PeerKind.HASH
            ? context.askToo(peer, new Question.Blocks(List.of(block)))
            : context.askToo(peer, new Question.Headers(HeaderQuery.byHash(block, 1)));
    tried.add(peer.id());
    listerAsked += peer.id().equals(lister) ? 1 : 0;
    asked.put(ticket, peer.id());
    askedNanos = context.nowNanos;
  }

  private Optional<Peer> idleLister() {
    return context.peers.peer(lister).filter(peer -> isListerHopedFor() && mayBeAsked(peer));
  }

  private boolean mayBeAsked(Peer peer) {
    return peer.hasCredit() && isNews(peer);
  }

  /** Whether it neither owes the block to another part of the core, nor has just lacked it. */
  private boolean isNews(Peer peer) {
    if (peer.kind() == PeerKind.HASH) {
      return context.mayAsk(peer, block)
          && context.mayAsk(peer, Origin.block(block))
          && !context.peers.isAsked(peer.id(), Item.BLOCK, block);
    }
    return context.mayAsk(peer, Origin.header(block))
        && !context.peers.isAsked(peer.id(), Item.HEADER, block);
  }

  private boolean isListerBusy() {
    return context
        .peers
        .peer(lister)
        .filter(peer -> isListerHopedFor() && !mayBeAsked(peer))
        .isPresent();
  }

  private boolean isListerHopedFor() {
    return listerAsked < SILENCES_MAX && !hasListerAnswered;
  }

  private Optional<Peer> witness(Set<PeerId> onChain) {
    List<Peer> witnesses =
        context.peers.idle(
            context.nowNanos,
            peer ->
                !peer.id().equals(lister)
                    && !tried.contains(peer.id())
                    && (sync.isClaimedBy(peer) || onChain.contains(peer.id()))
                    && isNews(peer));
    return witnesses.stream().findFirst();
  }

  private long deadline(Request request) {
    return request.sentNanos() + context.limits.crossCheckNanos();
  }

  private List<Long> overdue() {
    return asked.keySet().stream()
        .flatMap(open -> context.peers.request(open).stream())
        .filter(request -> context.nowNanos >= deadline(request))
        .map(Request::ticket)
        .toList();
  }

  /** When {@link #progress} is due if nothing comes; Long.MAX_VALUE if never. */
  long nextDeadlineNanos() {
    long next =
        asked.keySet().stream()
            .flatMap(open -> context.peers.request(open).stream())
            .mapToLong(this::deadline)
            .min()
            .orElse(Long.MAX_VALUE);
    long late = askedNanos + context.peers.lateNanos();
    return asked.isEmpty() || late <= context.nowNanos ? next : Math.min(next, late);
  }
}
