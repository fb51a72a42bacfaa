package dev.windlass.downloader.walk;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.downloader.CoreState;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.HashFetch;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.Sync;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.links.HashChain;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.downloader.walk.SpanBoard.Piece;
import dev.windlass.downloader.walk.SpanBoard.Span;
import dev.windlass.peerset.Origin;
import dev.windlass.peerset.Peer;
import dev.windlass.peerset.PeerKind;
import dev.windlass.peerset.Request;
import dev.windlass.peerset.Wanted.Item;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Follows the chain by headers. It asks for the anchor by hash, and then for spans of numbers from
 * many peers at once. It links each span by hash to the one above.
 *
 * <p>Owned by {@link HashFetch}. Invariants: each linked header descends to the anchor. Headers
 * asked for, waiting and being stored stay within {@link DownloaderLimits#headersAheadMax} and
 * {@link DownloaderLimits#headerBytesAheadMax}. One span may exceed these if no other headers are
 * held. The last answer may exceed them until it is processed.
 */
public final class HeaderWalk implements Walk {
  /** How far below the last join height the first span reaches. Most forks are short. */
  private static final int FORK_STEP_FIRST = 16;

  private static final int FORK_STEP_MAX = 8_192;

  /** An answer of less than an eighth of the headers asked for is a drip. */
  private static final int DRIP_DIVISOR = 8;

  /**
   * Servers end an answer at 2 MiB. A short answer of half of that is short because its headers are
   * large.
   */
  private static final long FULL_ANSWER_BYTES = 1 << 20;

  /** How often a peer may miss a deadline before the walk stops asking it for the next header. */
  private static final int STRIKES_MAX = 2;

  /** The same for a peer that has sent headers in this walk, since its answer was probably lost. */
  private static final int STRIKES_OF_BRINGERS_MAX = 4;

  private final CoreState context;
  private final Sync sync;
  private final List<Long> joinHeights;
  private final SpanBoard spans = new SpanBoard();
  private final LateAnswers late;
  private final WalkEnd end;

  private final ArrayDeque<BlockHeader> linked = new ArrayDeque<>();
  private final Deque<Hash> recent = new ArrayDeque<>();
  private final Set<PeerId> byHashOnly = new HashSet<>();
  private final Set<PeerId> bringers = new HashSet<>();

  /** How often each peer has failed to show the next header. */
  private final Map<PeerId, Integer> strikes = new HashMap<>();

  /** Peers whose last answer was a drip. They are asked only if no other peer suits. */
  private final Set<PeerId> dripping = new HashSet<>();

  private Hash nextHash;
  private long nextNumber;
  private long linkedBytes;
  private int appending;
  private long appendingBytes;
  private long appendedNext;
  private long forkStep = FORK_STEP_FIRST;

  /** The lowest number to ask for while it is not known where the chain meets stored links. */
  private long forkBottom = Long.MAX_VALUE;

  private boolean allEmpty = true;

  /** Whether a peer has missed the deadline of a question for the next header. */
  private boolean isSilent;

  /**
   * Whether headers were dropped because the bound was reached. They are asked for again only after
   * the store has taken some, or they would be dropped again.
   */
  private boolean isWaitingForRoom;

  public HeaderWalk(CoreState context, Sync sync, List<Long> joinHeights) {
    this.context = context;
    this.sync = sync;
    this.joinHeights = joinHeights;
    late = new LateAnswers(context, spans);
    end = new WalkEnd(context, sync);
    startFromStored();
  }

  private void startFromStored() {
    spans.clear();
    linked.clear();
    linkedBytes = 0;
    nextHash = sync.chain.next();
    nextNumber = sync.chain.nextNumber();
    if (nextNumber >= 0) {
      end.anchorAt(nextNumber + sync.chain.links());
    }
    strikes.clear();
  }

  @Override
  public void onHeaders(PeerId peer, long ticket, Delivery<BlockHeader> delivery) {
    boolean isAwaited = context.complete(peer, ticket, delivery.items().size(), delivery.bytes());
    Span span = spans.answered(peer, ticket);
    context.tally.bytes += delivery.bytes();
    context.punish(peer, delivery);
    if (span == null) {
      return;
    }
    boolean isThere = !delivery.items().isEmpty() && delivery.verdict() != Verdict.OUT_OF_RANGE;
    if (isThere) {
      allEmpty = false;
      bringers.add(peer);
      context.peers.showed(peer, delivery.items().get(0).hash());
      context.heights.proven(delivery.items());
      noteDrip(peer, span, delivery);
      accept(peer, span, delivery.items());
    } else if (isAwaited) {
      onNothing(peer, span);
    }
  }

  /** A peer with no header at a number may still have the chain, beside its canonical one. */
  private void onNothing(PeerId peer, Span span) {
    if (span.isByHash()) {
      if (span.top() == nextNumber) {
        strikes.put(peer, STRIKES_OF_BRINGERS_MAX);
      }
    } else {
      context.peers.absent(peer, span.top());
      if (span.top() == nextNumber) {
        byHashOnly.add(peer);
      }
    }
  }

  private void noteDrip(PeerId peer, Span span, Delivery<BlockHeader> delivery) {
    boolean isDrip =
        delivery.items().size() < span.count() / DRIP_DIVISOR
            && delivery.bytes() < FULL_ANSWER_BYTES;
    if (isDrip) {
      dripping.add(peer);
    } else {
      dripping.remove(peer);
    }
  }

  private void accept(PeerId peer, Span span, List<BlockHeader> answer) {
    long top = answer.get(0).number();
    if (span.top() >= 0 && top != span.top()) {
      // It was asked for by hash, so it is the right header, and the chain contradicts itself.
      sync.fail(
          SyncError.INVALID_CHAIN,
          "header " + answer.get(0) + " is where the chain has number " + span.top());
      return;
    }
    context.peers.served(peer, top);
    if (nextNumber < 0) {
      // The first header gives the number of the anchor.
      end.startAt(top);
      nextNumber = sync.hasFailed() ? nextNumber : top;
    }
    if (top - answer.size() + 1 <= nextNumber) {
      spans.add(top, Piece.of(peer, answer));
    }
    // The headers asked for may be far larger than those before.
    while (bytesHeld() > context.limits.headerBytesAheadMax()
        && spans.readyPieces() > (isWithStore() ? 0 : 1)) {
      spans.dropLowest();
      isWaitingForRoom = true;
    }
  }

  @Override
  public void onOverdue(Request request) {
    Span span = spans.overdue(request.ticket());
    if (span != null) {
      allEmpty = false;
      if (span.top() == nextNumber) {
        isSilent = true;
        strikes.merge(request.peer(), 1, Integer::sum);
      }
    }
  }

  @Override
  public void onPeerGone(PeerId peer) {
    bringers.remove(peer);
    spans.gone(peer);
  }

  @Override
  public void onAppended(HashChain chain, int stored) {
    boolean isStraight = stored == appending && chain.nextNumber() == appendedNext;
    appending = 0;
    appendingBytes = 0;
    isWaitingForRoom = false;
    sync.growByHeaders(chain, stored);
    if (!isStraight) {
      startFromStored();
    }
  }

  @Override
  public void progress() {
    link();
    if (sync.hasFailed() || sync.chain.isComplete()) {
      return;
    }
    append();
    if (!end.isReached(nextNumber)) {
      ask();
    }
  }

  /** Whether all headers down to the floor of the history are stored. */
  public boolean isAtFloor() {
    return end.isReached(nextNumber) && !isWithStore();
  }

  /** Whether the lowest wanted block was found by its header. */
  public boolean hasFoundFloor() {
    return end.isFound();
  }

  private void link() {
    Piece piece = spans.take(nextNumber);
    while (piece != null && !sync.hasFailed() && !end.isReached(nextNumber)) {
      BlockHeader first = piece.headers().get(0);
      if (!first.hash().equals(nextHash)) {
        // The peer may honestly be on another fork, so it is asked by hash from now on.
        byHashOnly.add(piece.peer());
        return;
      }
      linkAll(piece);
      strikes.clear();
      isSilent = false;
      piece = spans.take(nextNumber);
    }
  }

  private void linkAll(Piece piece) {
    int used = 0;
    for (BlockHeader header : piece.headers()) {
      boolean hasLinks = sync.isLowering || used > 0 || !nextHash.equals(sync.anchor);
      if (end.endsAbove(header, hasLinks)) {
        break;
      }
      Optional<String> objection =
          context.checkpoints.isAt(header.number())
              ? context.checkpoints.objection(header.id())
              : Optional.empty();
      if (objection.isPresent()) {
        sync.failAtCheckpoint(header.number(), objection.get(), context.checkpoints.proof(header));
        return;
      }
      if (context.bans.has(header.hash())) {
        Hash highest = recent.isEmpty() ? header.hash() : recent.peekFirst();
        context.banDescendant(highest, header.hash());
        sync.failProven(SyncError.INVALID_CHAIN, "block " + header.id() + " is banned");
        return;
      }
      recent.addLast(header.hash());
      if (recent.size() >= context.limits.peers().wholeBlocksPerRequestMax()) {
        recent.removeFirst();
      }
      linked.add(header);
      linkedBytes += header.size();
      nextHash = header.parentHash();
      nextNumber = header.number() - 1;
      used++;
      if (end.endsWith(header.hash())) {
        break;
      }
    }
    context.tally.hashes += used;
    sync.gained(used, piece.bytes(), context);
  }

  private void append() {
    if (appending > 0 || linked.isEmpty()) {
      return;
    }
    List<BlockHeader> batch = new ArrayList<>();
    long bytes = 0;
    while (!linked.isEmpty() && batch.size() < context.limits.headersPerAppendMax()) {
      int size = linked.peekFirst().size();
      if (!batch.isEmpty() && bytes + size > context.limits.insertBytesMax()) {
        break;
      }
      batch.add(linked.removeFirst());
      bytes += size;
    }
    linkedBytes -= bytes;
    appending = batch.size();
    appendingBytes = bytes;
    appendedNext = batch.get(batch.size() - 1).number() - 1;
    context.store(
        sync.isLowering
            ? new StoreJob.Lower(sync.id, batch)
            : new StoreJob.AppendHeaders(sync.id, sync.chain, batch));
  }

  private void ask() {
    // No block has the hash zero, which some nodes name as a parent.
    boolean hasNoParent = nextHash.equals(Hash.ZERO);
    if (nextNumber >= 0 && (end.isBelowAll(nextNumber) || hasNoParent)) {
      if (appending == 0 && linked.isEmpty()) {
        end.fail(nextNumber + 1, nextHash);
      }
      return;
    }
    if (nextNumber < 0) {
      if (!sync.isWindingDown()) {
        askAnchor();
      }
      return;
    }
    releaseLate();
    // It exceeds the bound only if no pending write of the store will free bytes.
    while (context.hasLineRoom() && (hasRoom() || (isFrontierOpen() && !isWithStore()))) {
      if (!sendNext()) {
        break;
      }
    }
    hedge();
  }

  /**
   * All further questions need the anchor's number. So two peers are asked for it at once, and one
   * more for each that is late.
   */
  private void askAnchor() {
    long copies = late.openRequests().stream().filter(request -> !late.isLate(request)).count();
    for (Peer peer : idle(Head.NUMBER_UNKNOWN, true)) {
      if (copies++ >= 2) {
        break;
      }
      Span span = new Span(Head.NUMBER_UNKNOWN, 1, peer.id(), true);
      spans.ask(
          context.ask(
              peer, new Question.Headers(HeaderQuery.byHash(nextHash, 1)), spans.headerBytes()),
          span);
    }
  }

  private boolean isFrontierOpen() {
    Span missing = missing();
    return missing != null && missing.top() == nextNumber;
  }

  private boolean hasRoom() {
    int headers = spans.headers(nextNumber) + linked.size() + appending;
    return !isWaitingForRoom
        && headers < context.limits.headersAheadMax()
        && bytesAhead() < context.limits.headerBytesAheadMax();
  }

  /** Whether the anchor's header has come. Until then it is the only question. */
  public boolean hasAnchor() {
    return nextNumber >= 0;
  }

  /** Bytes of headers that are promised, waiting or being stored. */
  long bytesAhead() {
    return spans.bytes(nextNumber) + linkedBytes + appendingBytes;
  }

  /** The same without promised headers. */
  public long bytesHeld() {
    return spans.readyBytes() + linkedBytes + appendingBytes;
  }

  /** Asks for the topmost wanted span. Returns false if there is none, or no peer suits. */
  private boolean sendNext() {
    Span span = missing();
    if (span == null) {
      return false;
    }
    List<Peer> idle = idle(span.top(), span.top() == nextNumber);
    if (idle.isEmpty()) {
      return false;
    }
    Peer peer = idle.get(0);
    long byLine = Math.max(1, context.answerBytesMax() / spans.headerBytes());
    int most = (int) Math.min(byLine, peer.headersAtOnce(span.top(), spans.headerBytes()));
    send(span.top(), Math.min(span.count(), most), peer);
    return true;
  }

  /** The span to ask for next. Null if there is none. */
  private Span missing() {
    long bottom = sync.isWindingDown() ? spans.lowestTop() + 1 : bottom();
    return spans.missing(nextNumber, bottom, context.limits.peers().headersPerRequestMax());
  }

  /** The lowest number to ask for before it is known whether the chain meets stored links. */
  private long bottom() {
    long lowest = end.lowest();
    if (sync.isLowering) {
      return lowest;
    }
    long stored = sync.chain.nextNumber() >= 0 ? sync.chain.nextNumber() : nextNumber + 1;
    for (long joinHeight : joinHeights) {
      if (joinHeight < stored) {
        return Math.max(lowest, joinHeight + 1);
      }
    }
    boolean isUsedUp = appending == 0 && linked.isEmpty() && nextNumber < forkBottom;
    if (isUsedUp) {
      forkBottom = nextNumber - forkStep + 1;
      forkStep = Math.min(FORK_STEP_MAX, 4 * forkStep);
    }
    return Math.max(lowest, forkBottom);
  }

  private void send(long top, int count, Peer peer) {
    boolean isByHash = isByHash(peer, top);
    HeaderQuery query =
        isByHash ? new HeaderQuery(nextHash, top, count) : HeaderQuery.byNumber(top, count);
    long bytes = count * spans.headerBytes();
    spans.ask(
        context.ask(peer, new Question.Headers(query), bytes),
        new Span(top, count, peer.id(), isByHash));
  }

  private boolean isByHash(Peer peer, long top) {
    boolean isByHashOnly =
        byHashOnly.contains(peer.id()) || !strikes.isEmpty() || !peer.mayHave(top);
    return top == nextNumber && (top < 0 || isByHashOnly || isVain(peer, top));
  }

  /** Whether the peer has lately had no header at a number. */
  private boolean isVain(Peer peer, long number) {
    return peer.vainUntilNanos(Origin.header(number)) > context.nowNanos;
  }

  private List<Peer> idle(long top, boolean isFrontier) {
    List<Peer> idle = context.peers.idle(context.nowNanos, peer -> suits(peer, top, isFrontier));
    List<Peer> claiming =
        idle.stream()
            .filter(peer -> top < 0 || peer.mayHave(top))
            .filter(peer -> top >= 0 || sync.isClaimedBy(peer))
            .toList();
    List<Peer> quick = claiming.stream().filter(this::isQuick).toList();
    // A sync that gives way is waited for, so slow peers fill the rest beside the frontier.
    boolean isQuickOnly = !isFrontier && !sync.isWindingDown();
    if (!quick.isEmpty() || isQuickOnly) {
      return quick;
    }
    return claiming.isEmpty() && isFrontier ? idle : claiming;
  }

  /** Whether it keeps pace: the chain is not linked beyond headers that it still owes. */
  private boolean isQuick(Peer peer) {
    if (dripping.contains(peer.id()) || spans.owesLate(peer.id())) {
      return false;
    }
    for (Span span : spans.asked()) {
      if (span.bottom() > nextNumber && span.peer().equals(peer.id())) {
        return false;
      }
    }
    return !context.peers.isSlow(peer);
  }

  private boolean suits(Peer peer, long top, boolean isFrontier) {
    if (peer.kind() != PeerKind.HEADER) {
      return false;
    }
    if (!isFrontier) {
      return !byHashOnly.contains(peer.id()) && !isVain(peer, top);
    }
    return !isStruckOut(peer.id())
        && !spans.isAsked(nextNumber, peer.id())
        && (!isByHash(peer, top) || context.mayAsk(peer, Origin.header(nextHash)));
  }

  /** Whether it has shown that it lacks the next header, or has missed too many deadlines. */
  private boolean isStruckOut(PeerId peer) {
    int max = bringers.contains(peer) ? STRIKES_OF_BRINGERS_MAX : STRIKES_MAX;
    return strikes.getOrDefault(peer, 0) >= max;
  }

  /** If answers below the topmost span are late, quick peers are asked for them. */
  private void releaseLate() {
    for (Request request : late.openRequests()) {
      Span span = spans.tickets().get(request.ticket());
      boolean isBelow = span.top() >= 0 && span.top() < nextNumber;
      if (isBelow
          && context.nowNanos >= late.releasedAt(request)
          && idle(span.top(), false).stream().anyMatch(peer -> isOther(peer, span))) {
        spans.release(request.ticket());
      }
    }
  }

  /** A peer whose line is not known may be as slow as the one that is late. */
  private boolean isOther(Peer peer, Span owed) {
    return peer.bytesPerSecond() > 0 && !peer.id().equals(owed.peer());
  }

  /** All other spans wait for the topmost one. If that is late, another peer is asked as well. */
  private void hedge() {
    Request frontier = late.frontier(nextNumber);
    if (frontier == null || !late.isLate(frontier)) {
      return;
    }
    Span owed = spans.tickets().get(frontier.ticket());
    idle(nextNumber, true).stream()
        .filter(peer -> nextNumber >= peer.range(Item.HEADER).first())
        .findFirst()
        .ifPresent(
            peer -> {
              int most = peer.headersAtOnce(nextNumber, spans.headerBytes());
              int count = (int) Math.min(most, nextNumber - owed.bottom() + 1);
              send(nextNumber, count, peer);
            });
  }

  /** Whether linked headers are not stored yet. */
  public boolean isWithStore() {
    return appending > 0 || !linked.isEmpty();
  }

  @Override
  public boolean isDrained() {
    return !isWithStore() && spans.headers(nextNumber) == 0;
  }

  @Override
  public boolean isExhausted() {
    if (isWithStore() || late.frontier(nextNumber) != null) {
      return false;
    }
    for (Peer peer : context.peers.all()) {
      if (peer.kind() == PeerKind.HEADER && !isStruckOut(peer.id())) {
        return false;
      }
    }
    return true;
  }

  @Override
  public SyncError exhaustion() {
    if (allEmpty && sync.chain.links() == 0 && !strikes.isEmpty()) {
      return SyncError.EMPTY_HASH_SET;
    }
    return isSilent ? SyncError.TIMEOUT : SyncError.PEERS_UNAVAILABLE;
  }

  @Override
  public Progress.WaitingReason waiting() {
    Request frontier = late.frontier(nextNumber);
    if (frontier != null) {
      boolean isLate = late.isLate(frontier);
      return isLate ? Progress.WaitingReason.FRONTIER_STALLED : context.waitingForPeers();
    }
    boolean isStoreBehind = appending > 0 && (!hasRoom() || spans.asked().isEmpty());
    if (isStoreBehind) {
      return Progress.WaitingReason.STORE_BUSY;
    }
    return context.peers.size() == 0 ? Progress.WaitingReason.NO_PEERS : context.waitingForPeers();
  }

  @Override
  public long nextDeadlineNanos() {
    return late.nextNanos();
  }
}
