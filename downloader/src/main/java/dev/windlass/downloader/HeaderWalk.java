package dev.windlass.downloader;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Delivery;
import dev.windlass.chain.Hash;
import dev.windlass.chain.HeaderQuery;
import dev.windlass.chain.PeerId;
import dev.windlass.chain.Segment;
import dev.windlass.peerset.Peer;
import dev.windlass.peerset.PeerKind;
import dev.windlass.peerset.Request;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Follows the chain by headers: the anchor by its hash, then spans of numbers from many peers at
 * once, each linked by hash where it meets the one above.
 *
 * <p>Owned by {@link HashFetch}. Always true: what is linked hangs on the anchor; headers asked
 * for, waiting and being stored stay within {@link DownloaderLimits#headersAheadMax}, but for one
 * span and for those that another peer has answered.
 */
final class HeaderWalk implements Walk {
  /** How far below the last known landing the first span reaches; forks are mostly short. */
  private static final int FORK_STEP_FIRST = 64;

  private static final int FORK_STEP_MAX = 8_192;

  /** Servers stop at 2 MiB: an eighth of 1,024 headers would have to weigh 16 KB each. */
  private static final int DRIP_DIVISOR = 8;

  private final Context context;
  private final Haul haul;
  private final List<Long> landings;

  private final Map<Long, Span> asked = new HashMap<>();
  private final TreeMap<Long, Span> again = new TreeMap<>();
  private final TreeMap<Long, Piece> ready = new TreeMap<>();
  private final ArrayDeque<BlockHeader> linked = new ArrayDeque<>();
  private final Deque<Hash> recent = new ArrayDeque<>();
  private final Set<PeerId> byHashOnly = new HashSet<>();
  private final Set<PeerId> tried = new HashSet<>();

  /** Whose last answer was next to nothing: they get only what nobody else takes. */
  private final Set<PeerId> dripping = new HashSet<>();

  private Hash nextHash;
  private long nextNumber;
  private long unaskedTop;
  private int readyHeaders;
  private int appending;
  private long appendedNext;
  private long forkStep = FORK_STEP_FIRST;
  private boolean allEmpty = true;

  HeaderWalk(Context context, Haul haul, List<Long> landings) {
    this.context = context;
    this.haul = haul;
    this.landings = landings;
    startFromStored();
  }

  private void startFromStored() {
    asked.clear();
    again.clear();
    ready.clear();
    linked.clear();
    readyHeaders = 0;
    nextHash = haul.chain.next();
    nextNumber = haul.chain.nextNumber();
    unaskedTop = nextNumber;
    tried.clear();
  }

  @Override
  public void onHeaders(PeerId peer, long ticket, Delivery<BlockHeader> delivery) {
    boolean isAwaited = context.complete(peer, ticket, delivery.items().size());
    Span span = isAwaited ? asked.remove(ticket) : null;
    context.tally.bytes += delivery.bytes();
    context.punish(peer, delivery.verdict(), delivery.evidence());
    if (span == null) {
      return;
    }
    if (delivery.items().isEmpty()) {
      // Who has nothing at a number may have the chain all the same, as a fork beside its own.
      byHashOnly.add(peer);
      if (span.isByHash) {
        noteTried(span, peer);
      }
      askAgain(span);
      return;
    }
    allEmpty = false;
    if (delivery.items().size() < span.count / DRIP_DIVISOR) {
      dripping.add(peer);
    } else {
      dripping.remove(peer);
    }
    accept(peer, span, delivery.items());
  }

  private void accept(PeerId peer, Span span, List<BlockHeader> headers) {
    long top = headers.get(0).number();
    if (span.top >= 0 && top != span.top) {
      // By hash it is the right header: then the chain itself says two things about its number.
      haul.fail(
          HaulError.INVALID_CHAIN,
          "header " + headers.get(0) + " stands where the chain has number " + span.top);
      return;
    }
    if (nextNumber < 0) {
      startAt(top);
    }
    if (top > nextNumber || ready.containsKey(top)) {
      return;
    }
    ready.put(top, new Piece(peer, headers));
    readyHeaders += headers.size();
    if (headers.size() < span.count) {
      askAgain(new Span(top - headers.size(), span.count - headers.size()));
    }
  }

  /** The first header has told where the chain is. */
  private void startAt(long top) {
    long links = top - context.root.number();
    if (links <= 0 || links > context.limits.linksMax()) {
      haul.fail(
          HaulError.INVALID_CHAIN,
          "the chain stands at " + top + ", the store begins at " + context.root.number());
      return;
    }
    nextNumber = top;
    unaskedTop = top - 1;
  }

  private void askAgain(Span span) {
    boolean isNeeded = span.top >= 0 && span.top <= nextNumber;
    if (isNeeded && !isAsked(span.top)) {
      again.put(span.top, span);
    }
  }

  private boolean isAsked(long top) {
    for (Span span : asked.values()) {
      if (span.top == top) {
        return true;
      }
    }
    return false;
  }

  private void noteTried(Span span, PeerId peer) {
    if (span.top == nextNumber) {
      tried.add(peer);
    }
  }

  @Override
  public void onOverdue(Request request) {
    Span span = asked.remove(request.ticket());
    if (span != null) {
      allEmpty = false;
      noteTried(span, request.peer());
      askAgain(span);
    }
  }

  @Override
  public void onPeerGone(PeerId peer) {
    List<Long> gone = new ArrayList<>();
    asked.forEach(
        (ticket, span) -> {
          if (span.peer.equals(peer)) {
            gone.add(ticket);
          }
        });
    for (long ticket : gone) {
      askAgain(asked.remove(ticket));
    }
  }

  @Override
  public void onAppended(HashChain chain, int stored) {
    boolean isStraight = stored == appending && chain.nextNumber() == appendedNext;
    appending = 0;
    haul.growByHeaders(chain, stored);
    if (!isStraight) {
      startFromStored();
    }
  }

  @Override
  public void progress() {
    link();
    if (haul.hasFailed() || haul.chain.isComplete()) {
      return;
    }
    append();
    ask();
  }

  private void link() {
    Piece piece = ready.remove(nextNumber);
    while (piece != null && !haul.hasFailed()) {
      readyHeaders -= piece.headers.size();
      BlockHeader first = piece.headers.get(0);
      if (first.hash().equals(nextHash)) {
        linkAll(piece.headers);
        tried.clear();
      } else {
        // Perhaps another fork, honestly: it is asked by hash from now on.
        byHashOnly.add(piece.peer);
        again.put(nextNumber, new Span(nextNumber, piece.headers.size()));
        return;
      }
      piece = ready.remove(nextNumber);
    }
  }

  private void linkAll(List<BlockHeader> headers) {
    for (BlockHeader header : headers) {
      if (context.bans.has(header.hash())) {
        Hash highest = recent.isEmpty() ? header.hash() : recent.peekFirst();
        context.banHash(highest, "stands on banned block " + header.id());
        haul.fail(HaulError.INVALID_CHAIN, "block " + header.id() + " is banned");
        return;
      }
      recent.addLast(header.hash());
      if (recent.size() >= context.limits.peers().wholeBlocksPerRequestMax()) {
        recent.removeFirst();
      }
      linked.add(header);
    }
    BlockHeader lowest = headers.get(headers.size() - 1);
    nextHash = lowest.parentHash();
    nextNumber = lowest.number() - 1;
    context.tally.hashes += headers.size();
    haul.progressedNanos = context.nowNanos;
  }

  private void append() {
    if (appending > 0 || linked.isEmpty()) {
      return;
    }
    int count = Math.min(linked.size(), context.limits.headersPerAppendMax());
    List<BlockHeader> batch = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      batch.add(linked.removeFirst());
    }
    appending = count;
    appendedNext = batch.get(count - 1).number() - 1;
    context.act(new Action.AppendHeaders(haul.id, haul.chain, batch));
  }

  private void ask() {
    if (nextNumber >= 0 && nextNumber <= context.root.number()) {
      if (appending == 0 && linked.isEmpty()) {
        haul.fail(
            HaulError.INVALID_CHAIN,
            "the chain comes down to " + nextHash + " where " + context.root + " is trusted");
      }
      return;
    }
    if (nextNumber < 0) {
      askAnchor();
      return;
    }
    while (hasRoom() || isFrontierOpen()) {
      Span span = nextSpan();
      if (span == null || !send(span)) {
        break;
      }
    }
    hedge();
  }

  /** The anchor's number decides everything else, so two peers are asked for it at once. */
  private void askAnchor() {
    int copies = asked.size();
    for (Peer peer : idle(new Span(-1, 1), true)) {
      if (copies++ >= 2) {
        break;
      }
      Span span = new Span(-1, 1);
      span.peer = peer.id();
      span.isByHash = true;
      asked.put(context.requestHeaders(peer, HeaderQuery.byHash(nextHash, 1)), span);
    }
  }

  private boolean isFrontierOpen() {
    return !again.isEmpty() && again.lastKey() == nextNumber;
  }

  private boolean hasRoom() {
    int promised = 0;
    for (Span span : asked.values()) {
      // What another peer has answered meanwhile is not waited for.
      promised += span.top <= nextNumber ? span.count : 0;
    }
    return promised + readyHeaders + linked.size() + appending < context.limits.headersAheadMax();
  }

  private Span nextSpan() {
    while (!again.isEmpty()) {
      Span span = again.lastEntry().getValue();
      if (span.top <= nextNumber) {
        return span;
      }
      again.remove(span.top);
    }
    long bottom = bottom();
    if (unaskedTop < bottom) {
      return null;
    }
    int count =
        (int) Math.min(context.limits.peers().headersPerRequestMax(), unaskedTop - bottom + 1);
    return new Span(unaskedTop, count);
  }

  /** The lowest number to ask for before it is clear whether the chain meets what is stored. */
  private long bottom() {
    long lowest = context.root.number() + 1;
    long stored = haul.chain.nextNumber() >= 0 ? haul.chain.nextNumber() : nextNumber + 1;
    for (long landing : landings) {
      if (landing < stored) {
        return Math.max(lowest, landing + 1);
      }
    }
    if (appending == 0 && linked.isEmpty() && unaskedTop == stored) {
      forkStep = Math.min(FORK_STEP_MAX, 4 * forkStep);
    }
    return Math.max(lowest, stored - forkStep + 1);
  }

  private boolean send(Span span) {
    boolean isFrontier = span.top == nextNumber;
    List<Peer> idle = idle(span, isFrontier);
    if (idle.isEmpty()) {
      return false;
    }
    send(span, idle.get(0));
    return true;
  }

  private void send(Span span, Peer peer) {
    boolean isFrontier = span.top == nextNumber;
    boolean isByHash = isFrontier && (byHashOnly.contains(peer.id()) || !tried.isEmpty());
    HeaderQuery query =
        isByHash
            ? new HeaderQuery(nextHash, span.top, span.count)
            : HeaderQuery.byNumber(span.top, span.count);
    again.remove(span.top);
    if (span.top == unaskedTop) {
      unaskedTop -= span.count;
    }
    Span sent = new Span(span.top, span.count);
    sent.peer = peer.id();
    sent.isByHash = isByHash;
    asked.put(context.requestHeaders(peer, query), sent);
  }

  private List<Peer> idle(Span span, boolean isFrontier) {
    List<Peer> idle = context.peers.idle(context.nowNanos, peer -> suits(peer, isFrontier));
    List<Peer> claiming =
        idle.stream()
            .filter(peer -> peer.headNumber() < 0 || peer.headNumber() >= span.top)
            .filter(peer -> span.top >= 0 || peer.head().equals(haul.anchor))
            .toList();
    List<Peer> quick = claiming.stream().filter(this::isQuick).toList();
    if (!quick.isEmpty() || !isFrontier) {
      return quick;
    }
    return claiming.isEmpty() ? idle : claiming;
  }

  /** Whether it keeps pace: others have not answered before it what it still owes. */
  private boolean isQuick(Peer peer) {
    if (dripping.contains(peer.id())) {
      return false;
    }
    for (Span span : asked.values()) {
      if (span.top > nextNumber && span.peer.equals(peer.id())) {
        return false;
      }
    }
    return !context.peers.isSlow(peer);
  }

  private boolean suits(Peer peer, boolean isFrontier) {
    if (peer.kind() != PeerKind.HEADER) {
      return false;
    }
    return isFrontier
        ? !tried.contains(peer.id()) && !isAskedFrontier(peer.id())
        : !byHashOnly.contains(peer.id());
  }

  private boolean isAskedFrontier(PeerId peer) {
    for (Span span : asked.values()) {
      if (span.top == nextNumber && span.peer.equals(peer)) {
        return true;
      }
    }
    return false;
  }

  /** Everything waits for the topmost span: when it is late somebody else is asked as well. */
  private void hedge() {
    Request frontier = frontierRequest();
    if (frontier == null || context.nowNanos < lateAt(frontier)) {
      return;
    }
    Span late = asked.get(frontier.ticket());
    idle(late, true).stream()
        .findFirst()
        .ifPresent(peer -> send(new Span(late.top, late.count), peer));
  }

  private long lateAt(Request request) {
    return request.sentNanos() + context.peers.lateNanos();
  }

  /** The newest request for the topmost span. */
  private Request frontierRequest() {
    Request newest = null;
    for (Map.Entry<Long, Span> entry : asked.entrySet()) {
      if (entry.getValue().top == nextNumber) {
        Request request = context.peers.request(entry.getKey()).orElse(null);
        if (request != null && (newest == null || request.ticket() > newest.ticket())) {
          newest = request;
        }
      }
    }
    return newest;
  }

  /** Whether the store has not taken yet all that is linked. */
  boolean isWithStore() {
    return appending > 0 || !linked.isEmpty();
  }

  @Override
  public boolean isExhausted() {
    if (isWithStore() || frontierRequest() != null) {
      return false;
    }
    for (Peer peer : context.peers.all()) {
      if (peer.kind() == PeerKind.HEADER && !tried.contains(peer.id())) {
        return false;
      }
    }
    return true;
  }

  @Override
  public HaulError exhaustion() {
    return allEmpty && !tried.isEmpty() ? HaulError.EMPTY_HASH_SET : HaulError.TIMEOUT;
  }

  @Override
  public Progress.WaitingReason waiting() {
    if (frontierRequest() != null) {
      Request frontier = frontierRequest();
      boolean isLate = context.nowNanos >= lateAt(frontier);
      return isLate ? Progress.WaitingReason.FRONTIER_STALLED : Progress.WaitingReason.PEERS_BUSY;
    }
    boolean isStoreBehind = appending > 0 && (!hasRoom() || asked.isEmpty());
    return isStoreBehind ? Progress.WaitingReason.STORE_BUSY : Progress.WaitingReason.PEERS_BUSY;
  }

  @Override
  public long nextDeadlineNanos() {
    Request frontier = frontierRequest();
    if (frontier == null || context.nowNanos >= lateAt(frontier)) {
      return Long.MAX_VALUE;
    }
    return lateAt(frontier);
  }

  /** Headers from a number downwards; the peer, and how, is set once it is asked. */
  private static final class Span {
    private final long top;
    private final int count;
    private PeerId peer;
    private boolean isByHash;

    Span(long top, int count) {
      if (top < Segment.UNNUMBERED || count < 1) {
        throw new IllegalStateException("span of " + count + " from " + top);
      }
      this.top = top;
      this.count = count;
    }
  }

  private record Piece(PeerId peer, List<BlockHeader> headers) {}
}
