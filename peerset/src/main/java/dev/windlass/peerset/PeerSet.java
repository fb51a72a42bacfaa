package dev.windlass.peerset;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.peerset.Wanted.Item;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * The registered peers and their open requests.
 *
 * <p>Owned by the downloader's loop. Invariants: a ticket belongs to at most one open request. No
 * peer has more requests in flight than its credits.
 */
public final class PeerSet {
  /** A peer is slow if its answers take four times what is typical. */
  private static final int SLOW_FACTOR = 4;

  /** No answer below this is slow, since scheduling on a busy machine takes as long. */
  private static final long SLOW_NANOS_MIN = 250_000_000L;

  /** A request older than this many typical round trips is late. */
  private static final double LATE_FACTOR = 2;

  /** A peer is meagre if it brings less than this part of what is typical. */
  private static final int MEAGRE_DIVISOR = 8;

  private static final Comparator<Peer> BEST_FIRST =
      Comparator.comparingInt(Peer::timeoutsInARow)
          .thenComparing(Comparator.comparingInt(Peer::inFlight))
          .thenComparing(Comparator.comparingInt(Peer::reputation).reversed())
          .thenComparingLong(Peer::roundTripNanos)
          .thenComparing(Peer::id);

  private final PeerLimits limits;
  private final Map<PeerId, Peer> peers = new LinkedHashMap<>();
  private final InFlight open = new InFlight();

  /** The peers by their head and the block that they announced last, until a header proves it. */
  private final Map<Hash, Set<PeerId>> unproven = new HashMap<>();

  private long lastTicket;
  private long typicalNanos = -1;
  private long typicalCapacity;
  private long typicalRate;

  public PeerSet(PeerLimits limits) {
    this.limits = limits;
  }

  /**
   * Adds a peer that may be asked from now on.
   *
   * @param head as the peer claims it
   * @return false where a peer of this name is registered already
   */
  public boolean register(PeerId id, PeerKind kind, Head head) {
    boolean isNew = peers.putIfAbsent(id, new Peer(id, kind, head, limits)) == null;
    if (isNew) {
      await(peers.get(id));
    }
    return isNew;
  }

  /** Removes a peer with its open requests. Empty if it is not registered. */
  public Optional<Peer> unregister(PeerId id) {
    Peer peer = peers.remove(id);
    if (peer == null) {
      return Optional.empty();
    }
    peer.requests().forEach(request -> open.remove(request.ticket()));
    stopAwaiting(peer.announced(), id);
    stopAwaiting(peer.head(), id);
    return Optional.of(peer);
  }

  /** Notes what a peer claims of its head. Its height does not fall. */
  public void claim(PeerId id, Head head) {
    Peer peer = peers.get(id);
    if (peer != null) {
      stopAwaiting(peer.announced(), id);
      stopAwaiting(peer.head(), id);
      peer.claim(head);
      await(peer);
    }
  }

  private void await(Peer peer) {
    await(peer.announced(), peer.id());
    if (!peer.isHeadProven()) {
      await(peer.head(), peer.id());
    }
  }

  private void await(Hash block, PeerId id) {
    unproven.computeIfAbsent(block, hash -> new LinkedHashSet<>()).add(id);
  }

  private void stopAwaiting(Hash block, PeerId id) {
    unproven.computeIfPresent(
        block,
        (hash, ids) -> {
          ids.remove(id);
          return ids.isEmpty() ? null : ids;
        });
  }

  /** Whether this is a peer's head or last announced block, and no header has proven its number. */
  public boolean awaitsNumber(Hash block) {
    return unproven.containsKey(block);
  }

  /** The same for any block. */
  public boolean awaitsAnyNumber() {
    return !unproven.isEmpty();
  }

  /** Raises the height of each peer whose head or last announced block this is. */
  public void learn(Hash block, long number) {
    Set<PeerId> ids = unproven.remove(block);
    if (ids != null) {
      ids.forEach(id -> peers.get(id).learn(block, number));
    }
  }

  /** Prepares for a new sync. Every peer is free, with its first capacity and no known lacks. */
  public void reset() {
    open.clear();
    peers.values().forEach(Peer::reset);
  }

  public Optional<Peer> peer(PeerId id) {
    return Optional.ofNullable(peers.get(id));
  }

  public int size() {
    return peers.size();
  }

  public Collection<Peer> all() {
    return Collections.unmodifiableCollection(peers.values());
  }

  /**
   * The peers that may be asked now, best first. Peers without timeouts come first, then free ones,
   * then those of high reputation, then quick ones.
   */
  public List<Peer> idle(long nowNanos, Predicate<Peer> suits) {
    List<Peer> idle = new ArrayList<>();
    for (Peer peer : peers.values()) {
      boolean isFree =
          peer.hasCredit()
              && !peer.isBackingOff(nowNanos)
              && !peer.isBackingOffAfterEmpty(nowNanos);
      if (isFree && suits.test(peer)) {
        idle.add(peer);
      }
    }
    idle.sort(BEST_FIRST);
    return idle;
  }

  /** Notes that a peer was asked. The request has its deadline. */
  public Request begin(PeerId id, long ticket, int items, boolean isBlocks, long nowNanos) {
    Wanted wanted = new Wanted(Optional.empty(), Item.BLOCK, List.of(), items, 0, isBlocks);
    return begin(id, ticket, wanted, false, nowNanos);
  }

  /**
   * The same if it is known what is asked for.
   *
   * @param isCopy whether it may be asked for although other peers are asked for the same
   */
  public Request begin(PeerId id, long ticket, Wanted wanted, boolean isCopy, long nowNanos) {
    Peer peer = peers.get(id);
    if (peer == null || !peer.hasCredit() || ticket <= lastTicket) {
      throw new IllegalStateException("peer " + id + " cannot take ticket " + ticket);
    }
    lastTicket = ticket;
    boolean isMeant = isCopy || isAnyLate(wanted, nowNanos);
    long deadline = nowNanos + peer.timeoutNanos(wanted.items(), wanted.bytes(), wanted.isSample());
    Request request = new Request(ticket, id, wanted, isMeant, nowNanos, deadline);
    peer.began(request);
    open.add(request);
    return request;
  }

  /**
   * Whether peers are asked for one of these items, and all their answers are late. What the queue
   * has reserved it reserves again only as a copy.
   */
  private boolean isAnyLate(Wanted wanted, long nowNanos) {
    boolean isFirst = wanted.isReserved() && !open.isAnyBesides(wanted.item());
    return !isFirst && wanted.hashes().stream().anyMatch(hash -> isLate(wanted, hash, nowNanos));
  }

  private boolean isLate(Wanted wanted, Hash hash, long nowNanos) {
    List<Request> asked =
        wanted.isReserved() ? open.besides(wanted.item(), hash) : open.of(wanted.item(), hash);
    return !asked.isEmpty() && asked.stream().allMatch(r -> lateAtNanos(r) <= nowNanos);
  }

  /**
   * When the answers of the peers that are asked for an item are late. Long.MIN_VALUE if no peer is
   * asked for it.
   */
  public long awaitedUntilNanos(Item item, Hash hash) {
    return latest(open.of(item, hash));
  }

  /** The same of the requests that the queue has not reserved. */
  public long awaitedBesidesUntilNanos(Item item, Hash hash) {
    return latest(open.besides(item, hash));
  }

  private long latest(List<Request> requests) {
    long latest = Long.MIN_VALUE;
    for (Request request : requests) {
      latest = Math.max(latest, lateAtNanos(request));
    }
    return latest;
  }

  /** Whether this peer is asked for an item. */
  public boolean isAsked(PeerId id, Item item, Hash hash) {
    return isAny(open.of(item, hash), id);
  }

  /** The same, but what the queue has reserved does not count. */
  public boolean isAskedBesides(PeerId id, Item item, Hash hash) {
    return isAnyAskedBesides(item) && isAny(open.besides(item, hash), id);
  }

  /** Whether a peer is asked for any such item that the queue has not reserved. */
  public boolean isAnyAskedBesides(Item item) {
    return open.isAnyBesides(item);
  }

  private static boolean isAny(List<Request> requests, PeerId id) {
    return requests.stream().anyMatch(request -> request.peer().equals(id));
  }

  public Optional<Request> request(long ticket) {
    return Optional.ofNullable(open.get(ticket));
  }

  /** Notes that an answer of unknown size came. */
  public Optional<Request> complete(long ticket, int items, long nowNanos) {
    Request request = open.get(ticket);
    return request == null
        ? Optional.empty()
        : complete(request.peer(), ticket, items, 0, nowNanos);
  }

  /**
   * Notes that an answer came, and learns from it. From a late answer it learns only the line's
   * rate. An answer counts only if its sender was asked.
   *
   * @param items how many of the items asked for were in it
   * @param bytes its size
   * @return the request, or empty if it was not open: answered, overdue or never sent
   */
  public Optional<Request> complete(
      PeerId from, long ticket, int items, long bytes, long nowNanos) {
    Request request = open.get(ticket);
    Peer peer = peers.get(from);
    Request late = peer == null || request != null ? request : peer.owed(ticket);
    if (peer == null || late == null || !late.peer().equals(from)) {
      return Optional.empty();
    }
    open.remove(ticket);
    peer.ended(ticket);
    peer.arrived(late, bytes, nowNanos);
    for (Request behind : peer.behind(ticket, nowNanos)) {
      peer.began(behind);
      open.replace(behind);
    }
    if (request == null) {
      return Optional.empty();
    }
    peer.delivered(request, items, nowNanos - request.sentNanos(), slowNanos());
    typicalNanos = median(Peer::roundTripNanos, nanos -> true, -1);
    typicalCapacity = median(Peer::capacity, capacity -> true, 0);
    typicalRate = median(Peer::bytesPerSecond, rate -> rate > 0, 0);
    return Optional.of(request);
  }

  /**
   * Notes that part of an answer has come, at an acceptable pace. Extends the deadlines of its
   * sender's requests. They may still count as late, so other peers may be asked as well.
   *
   * @return whether it owes an answer
   */
  public boolean receiving(PeerId from, long nowNanos) {
    Peer peer = peers.get(from);
    if (peer == null) {
      return false;
    }
    for (Request request : peer.receiving(nowNanos)) {
      peer.began(request);
      open.replace(request);
    }
    return peer.inFlight() > 0;
  }

  /**
   * Closes a request before its deadline. Frees its peer and shrinks its capacity, as if the
   * deadline had passed.
   */
  public void expire(long ticket, long nowNanos) {
    Request request = open.get(ticket);
    if (request != null) {
      close(request, nowNanos);
    }
  }

  /**
   * Closes the requests whose deadline has passed, oldest ticket first. Frees their peers and
   * shrinks their capacities.
   */
  public List<Request> expire(long nowNanos) {
    List<Request> late = new ArrayList<>();
    for (Request request : open.all()) {
      if (request.deadlineNanos() <= nowNanos) {
        late.add(request);
      }
    }
    late.sort(Comparator.comparingLong(Request::ticket));
    late.forEach(request -> close(request, nowNanos));
    return late;
  }

  /** Throws if the open requests are not those of the peers, or a peer has too many. */
  public void checkInvariants() {
    int requests = 0;
    for (Peer peer : peers.values()) {
      requests += peer.inFlight();
      for (Request request : peer.requests()) {
        if (!request.equals(open.get(request.ticket()))) {
          throw new IllegalStateException(peer.id() + " has " + request + ", which is not open");
        }
      }
    }
    open.checkInvariants();
    if (requests != open.size()) {
      throw new IllegalStateException(open.size() + " requests are open, of peers " + requests);
    }
    for (Map.Entry<Hash, Set<PeerId>> entry : unproven.entrySet()) {
      for (PeerId id : entry.getValue()) {
        Peer peer = peers.get(id);
        boolean isIts =
            peer != null
                && (peer.announced().equals(entry.getKey()) || peer.head().equals(entry.getKey()));
        if (!isIts) {
          throw new IllegalStateException(id + " did not announce " + entry.getKey());
        }
      }
    }
  }

  private void close(Request request, long nowNanos) {
    open.remove(request.ticket());
    Peer peer = peers.get(request.peer());
    peer.ended(request.ticket());
    peer.timedOut(request, nowNanos);
  }

  /**
   * When the next request is overdue or the next back-off ends. Long.MAX_VALUE if there is neither.
   */
  public long nextDeadlineNanos(long nowNanos) {
    long next = Long.MAX_VALUE;
    for (Request request : open.all()) {
      next = Math.min(next, request.deadlineNanos());
    }
    for (Peer peer : peers.values()) {
      if (peer.isBackingOff(nowNanos)) {
        next = Math.min(next, peer.restsUntilNanos());
      }
      if (peer.isBackingOffAfterEmpty(nowNanos)) {
        next = Math.min(next, peer.emptyBackOffUntilNanos());
      }
    }
    return next;
  }

  /**
   * Notes that a peer has answered with nothing, so that it is not asked the same again soon.
   *
   * @param origins of what it lacks
   */
  public void hasNothing(PeerId id, Collection<Origin> origins, long nowNanos) {
    peer(id).ifPresent(peer -> origins.forEach(origin -> peer.hasNothing(origin, nowNanos)));
  }

  public boolean anyBackingOff(long nowNanos) {
    return peers.values().stream().anyMatch(peer -> peer.isBackingOff(nowNanos));
  }

  /** Notes a number that a peer has shown to have. */
  public void served(PeerId id, long number) {
    peer(id).ifPresent(peer -> peer.served(number));
  }

  /** Notes that a peer had no header at a number. */
  public void absent(PeerId id, long number) {
    peer(id).ifPresent(peer -> peer.range(Item.HEADER).absent(number));
  }

  /**
   * Notes the lowest number of which a peer announced to serve such items.
   *
   * @return whether it is lower than before, so that the peer may have what it lacked
   */
  public boolean servesFrom(PeerId id, Item item, long number) {
    Peer peer = peers.get(id);
    return peer != null && peer.servesFrom(item, number);
  }

  /** Notes that a peer had no bodies from a number on. */
  public void bodiesAbsent(PeerId id, long number) {
    peer(id).ifPresent(peer -> peer.range(Item.BLOCK).lacksFrom(number));
  }

  /** Notes that a peer is asked for a number beyond what it announced. */
  public void tryOut(PeerId id, Item item, long number) {
    peer(id).ifPresent(peer -> peer.range(item).tryOut(number));
  }

  /** Notes that a peer has served a number beyond what it announced. */
  public void provesMore(PeerId id, Item item, long number) {
    peer(id).ifPresent(peer -> peer.range(item).provesMore(number));
  }

  /** Notes that a peer did not have a number, which counts only beyond what it announced. */
  public void absentBeyond(PeerId id, Item item, long number) {
    peer(id).ifPresent(peer -> peer.range(item).absentBeyond(number));
  }

  /** The expected bytes of all answers that are not there. */
  public long bytesInFlight() {
    return open.all().stream().mapToLong(request -> request.wanted().bytes()).sum();
  }

  /** Forgets the guesses of the peers' lowest bodies. */
  public void forgetLowestBodies() {
    peers.values().forEach(peer -> peer.range(Item.BLOCK).forgetGuess());
  }

  public void promote(PeerId id) {
    peer(id).ifPresent(Peer::promote);
  }

  public void demote(PeerId id) {
    peer(id).ifPresent(Peer::demote);
  }

  public void addLacks(PeerId id, Collection<Hash> hashes, long nowNanos) {
    peer(id).ifPresent(peer -> peer.addLacks(hashes, nowNanos));
  }

  /** Notes that a peer has a block, since it has served its header, or the hashes below it. */
  public void showed(PeerId id, Hash hash) {
    peer(id).ifPresent(peer -> peer.showed(hash));
  }

  /** Whether a peer lacks the head that it claims and has shown to have. True once for a head. */
  public boolean withholdsHead(PeerId id, Collection<Hash> missing) {
    return peer(id).filter(peer -> peer.withholdsHead(missing)).isPresent();
  }

  public int inFlight() {
    return open.size();
  }

  /** The median of the peers' mean round trips, -1 while none is known. */
  public long typicalRoundTripNanos() {
    return typicalNanos;
  }

  /**
   * The age at which a request counts as late. Before the first answer it is the longest one
   * allowed.
   */
  public long lateNanos() {
    return typicalNanos < 0
        ? limits.slowNanos()
        : Math.max(
            limits.lateNanosMin(),
            Math.min(limits.slowNanos(), (long) (LATE_FACTOR * typicalNanos)));
  }

  /**
   * When an open request counts as late. An answer that queues on a slow line is not late, since
   * asking a second peer would fetch it twice.
   */
  public long lateAtNanos(Request request) {
    return peers.get(request.peer()).expectedNanos(request, 0) + lateNanos();
  }

  /**
   * The same, but if the line of the peer is not known, that of the typical peer is assumed. So a
   * first answer has the time that the size asked for takes.
   */
  public long lateOnTypicalLineNanos(Request request) {
    return peers.get(request.peer()).expectedNanos(request, typicalRate) + lateNanos();
  }

  /** Whether a peer's answers take so long that waiting for those of other peers is better. */
  public boolean isSlow(Peer peer) {
    return peer.roundTripNanos() > slowNanos();
  }

  /** Whether a peer's answers take several times as long as those of its peers. */
  public boolean isOutpaced(Peer peer) {
    return typicalNanos >= 0 && peer.roundTripNanos() > outpacedNanos();
  }

  /**
   * Whether a peer has brought so few blocks of those asked for that others, which bring many times
   * as many, should be asked first.
   */
  public boolean isMeagre(Peer peer) {
    return peer.capacity() < limits.blocksPerRequestFirst()
        && (long) peer.capacity() * MEAGRE_DIVISOR < typicalCapacity;
  }

  /** The open requests for blocks to these peers, oldest first. */
  public List<Request> owed(Predicate<Peer> by) {
    List<Request> owed = new ArrayList<>();
    for (Request request : open.all()) {
      if (request.isBlocks() && by.test(peers.get(request.peer()))) {
        owed.add(request);
      }
    }
    owed.sort(Comparator.comparingLong(Request::ticket));
    return owed;
  }

  private long slowNanos() {
    return typicalNanos < 0 ? limits.slowNanos() : Math.min(limits.slowNanos(), outpacedNanos());
  }

  private long outpacedNanos() {
    return Math.max(SLOW_NANOS_MIN, SLOW_FACTOR * typicalNanos);
  }

  /** The median of the peers that have answered. */
  private long median(ToLongFunction<Peer> figure, LongPredicate isKnown, long ofNone) {
    long[] known =
        peers.values().stream()
            .filter(peer -> peer.roundTripNanos() >= 0)
            .mapToLong(figure)
            .filter(isKnown)
            .sorted()
            .toArray();
    return known.length == 0 ? ofNone : known[(known.length - 1) / 2];
  }

  public PeerLimits limits() {
    return limits;
  }
}
