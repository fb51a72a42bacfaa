package dev.windlass.downloader;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.peerset.Origin;
import dev.windlass.peerset.Peer;
import dev.windlass.peerset.PeerKind;
import dev.windlass.peerset.Request;
import dev.windlass.peerset.Wanted.Item;
import java.util.List;
import java.util.Optional;

/**
 * Asks a peer for the header of the head that it claims, before a sync gives way to that head.
 * Otherwise a made-up hash would interrupt a sync that makes progress.
 *
 * <p>Owned by {@link Turn}. One question is open at a time. A peer that does not show its head, or
 * one with another number, has broken its promise.
 */
final class HeadCheck implements Question.Receiver {
  private static final long NEVER = Long.MAX_VALUE;

  private final CoreState context;

  /** The head that a peer was asked for. Null if none is. */
  private HeadClaims.Candidate asked;

  private long ticket;

  HeadCheck(CoreState context) {
    this.context = context;
  }

  /** The request ends without an answer if its peer leaves, or if another sync begins. */
  boolean isOpen() {
    return asked != null && context.peers.request(ticket).isPresent();
  }

  boolean awaits(long answered) {
    return isOpen() && answered == ticket;
  }

  /** When {@link #progress} has a question to send, if no event comes before. */
  long nextNanos(Sync sync) {
    long due = context.heads.confirmNanos(sync, context.tip, context.nowNanos);
    // What is due and not asked yet waits for an answer of its peer.
    return isOpen() || due <= context.nowNanos ? NEVER : due;
  }

  /** Asks for the head that waits longest for the turn of this sync. */
  void progress(Sync sync) {
    if (isOpen()) {
      return;
    }
    context
        .heads
        .unconfirmed(sync, context.tip, context.nowNanos)
        .ifPresent(
            head ->
                context
                    .peers
                    .peer(head.origin())
                    .filter(this::isFree)
                    .filter(peer -> context.mayAsk(peer, Origin.header(head.head())))
                    .filter(peer -> !isAwaited(peer, head.head()))
                    .ifPresent(peer -> askUnlessPassed(peer, head, sync)));
  }

  private boolean isFree(Peer peer) {
    return peer.hasCredit() && !peer.isBackingOff(context.nowNanos);
  }

  /** Whether the block, or only its header, is on its way from another peer. */
  private boolean isAwaited(Peer peer, Hash head) {
    return context.isAwaited(Item.BLOCK, head)
        || (peer.kind() == PeerKind.HEADER && context.isAwaited(Item.HEADER, head));
  }

  /** A sync passes by a head that lies on its chain, and need not give way to it. */
  private void askUnlessPassed(Peer peer, HeadClaims.Candidate head, Sync sync) {
    if (context.queue.has(head.head())) {
      sync.passes(head.head());
    } else {
      ask(peer, head);
    }
  }

  private void ask(Peer peer, HeadClaims.Candidate head) {
    asked = head;
    ticket =
        peer.kind() == PeerKind.HASH
            ? context.ask(peer, new Question.Blocks(List.of(head.head())))
            : context.ask(peer, new Question.Headers(HeaderQuery.byHash(head.head(), 1)));
  }

  @Override
  public void onHeaders(PeerId peer, long answered, Delivery<BlockHeader> delivery) {
    take(peer, delivery, delivery.items().stream().findFirst());
  }

  @Override
  public void onBlocks(PeerId peer, long answered, Delivery<Block> delivery) {
    delivery.items().forEach(context.ahead::keep);
    take(peer, delivery, delivery.items().stream().map(Block::header).findFirst());
  }

  private void take(PeerId peer, Delivery<?> delivery, Optional<BlockHeader> header) {
    HeadClaims.Candidate head = asked;
    if (!head.origin().equals(peer)) {
      // It answers a question to another peer.
      context.punish(peer, delivery);
      return;
    }
    asked = null;
    context.complete(peer, ticket, delivery.items().size(), delivery.bytes());
    context.tally.bytes += delivery.bytes();
    if (context.punish(peer, delivery)) {
      return;
    }
    boolean isShown =
        header
            .filter(shown -> shown.hash().equals(head.head()))
            .filter(shown -> context.heads.confirm(peer, head.head(), shown.number()))
            .isPresent();
    if (!isShown) {
      fail(peer);
      context.coolDown(peer);
    }
  }

  /** The answer may be lost, so the peer is asked again after a back-off. */
  void onOverdue(Request request) {
    if (asked != null && request.ticket() == ticket) {
      asked = null;
      fail(request.peer());
    }
  }

  private void fail(PeerId peer) {
    context.heads.failed(peer, context.nowNanos, context.limits.forcedCycleNanos());
  }
}
