package dev.windlass.queue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Hands out the blocks that are still missing, oldest first, and puts together what comes back.
 *
 * <p>Owned by the downloader's loop. Always true: at most {@link QueueLimits#windowBlocksMax}
 * numbers are reserved or buffered; a block is buffered only where its hash is the link's, its
 * number the slot's and its parent the link below; an id closes at most one reservation.
 */
public final class ReservationQueue {
  /** A small bound of the bytes of headers is not used up by a few questions for them. */
  private static final int HEADER_ANSWERS_MIN = 8;

  private final QueueLimits limits;
  private final Window window;
  private final BlockWeight weight;
  private final Reservations reservations = new Reservations();

  private long last;
  private long promisedBytes;
  private long bufferedBytes;
  private long insertingBytes;
  private int blocksInFlight;
  private long reservedEnd;
  private boolean isClosing;

  public ReservationQueue(QueueLimits limits) {
    this.limits = limits;
    window = new Window(limits.windowBlocksMax() + limits.linksAheadMax());
    weight = new BlockWeight(limits.windowBytesMax());
    reset();
  }

  /** Forgets everything: no link, no block, no reservation. */
  public void reset() {
    prepare(0, -1, Hash.ZERO);
  }

  /**
   * Starts over for the blocks from {@code first} to {@code last}, the first of which has this
   * parent.
   */
  public void prepare(long first, long newLast, Hash parent) {
    window.reset(first, parent);
    reservations.clear();
    last = newLast;
    promisedBytes = 0;
    bufferedBytes = 0;
    insertingBytes = 0;
    blocksInFlight = 0;
    reservedEnd = first;
    isClosing = false;
    weight.forget();
  }

  /** Appends links, oldest first, each one number above the one before. */
  public void offer(List<Link> links) {
    for (Link link : links) {
      if (link.number() > last) {
        throw new IllegalStateException("link " + link.number() + " above the last, " + last);
      }
      window.add(link);
    }
  }

  /** The number of the link that has to be offered next. */
  public long nextLink() {
    return window.end();
  }

  /** How many links may be offered now; 0 while enough are held above the window, or all are. */
  public int linksWanted() {
    boolean isTooHeavy =
        window.end() > window.base() && window.headerBytes() >= limits.headerBytesMax();
    if (window.end() > last || isTooHeavy || isClosing) {
      return 0;
    }
    long unreserved = window.end() - Math.max(window.base(), reservedEnd);
    boolean isLow = unreserved < limits.linksAheadMax() / 2 + 1;
    return isLow ? (int) Math.min(window.freeSlots(), last + 1 - window.end()) : 0;
  }

  /**
   * Promises the oldest missing blocks to a peer.
   *
   * @param id larger than every id before it
   * @param lacks what the peer is known not to have
   * @return nothing where no slot in the window suits, or the window is full
   */
  public Optional<Reservation> reserve(
      PeerId peer, long id, Reservation.Kind kind, RequestBudget room, Predicate<Hash> lacks) {
    reservations.useUp(id);
    if (kind == Reservation.Kind.HEADERS) {
      return reserveHeaders(peer, id, room.blocksMax(), lacks);
    }
    long limit = windowEnd();
    int countMax = blocksWithin(room);
    long bytesMin = promiseMin(peer);
    Picked picked = new Picked(countMax);
    for (long n = window.nextWanted(room.lowest(), limit);
        n >= 0 && picked.size() < countMax;
        n = window.nextWanted(n + 1, limit)) {
      if (!suits(n, kind, lacks)) {
        continue;
      }
      if (!hasRoomFor(Math.max(bytesMin, weight.of(picked.size() + 1))) && n != window.base()) {
        break;
      }
      picked.add(n, window.hash(n), window.header(n));
    }
    return picked.isEmpty() ? Optional.empty() : Optional.of(record(peer, id, kind, picked, false));
  }

  /**
   * Promises what a late reservation still owes to a second peer as well.
   *
   * @param late id of the open reservation, usually that of {@link #frontier}
   */
  public Optional<Reservation> hedge(
      long late,
      PeerId peer,
      long id,
      Reservation.Kind kind,
      RequestBudget room,
      Predicate<Hash> lacks) {
    reservations.useUp(id);
    Reservation reservation = reservations.open(late);
    if (reservation == null
        || reservation.kind() == Reservation.Kind.HEADERS
        || kind == Reservation.Kind.HEADERS) {
      return Optional.empty();
    }
    int countMax = blocksWithin(room);
    Picked picked = new Picked(countMax);
    for (long n : reservation.numbers()) {
      if (picked.size() >= countMax) {
        break;
      }
      if (window.holds(n)
          && window.block(n) == null
          && n >= room.lowest()
          && window.copies(n) < limits.copiesMax()
          && suits(n, kind, lacks)
          && !reservations.isAsked(peer, n)) {
        picked.add(n, window.hash(n), window.header(n));
      }
    }
    if (picked.isEmpty()) {
      return Optional.empty();
    }
    reservations.add(reservation.hedged());
    return Optional.of(record(peer, id, kind, picked, true));
  }

  private boolean suits(long number, Reservation.Kind kind, Predicate<Hash> lacks) {
    return (kind == Reservation.Kind.WHOLE_BLOCKS || window.header(number) != null)
        && !lacks.test(window.hash(number));
  }

  private Optional<Reservation> reserveHeaders(
      PeerId peer, long id, int countMax, Predicate<Hash> lacks) {
    long limit = windowEnd();
    Picked picked = new Picked(countMax);
    if (!hasRoomForHeaders()) {
      return Optional.empty();
    }
    long expected = -1;
    for (long n = window.nextHeaderWanted(window.base(), limit);
        n >= 0 && picked.size() < countMax;
        n = window.nextHeaderWanted(n + 1, limit)) {
      boolean isFollowing = picked.isEmpty() || n == expected;
      if (!isFollowing) {
        break;
      }
      if (!lacks.test(window.hash(n))) {
        picked.add(n, window.hash(n), null);
        expected = n + 1;
      }
    }
    return picked.isEmpty()
        ? Optional.empty()
        : Optional.of(record(peer, id, Reservation.Kind.HEADERS, picked, false));
  }

  /** What everything waits for is asked for in any case. */
  private boolean hasRoomForHeaders() {
    long asked = reservations.headerQuestions();
    long each = Math.min(BlockWeight.ANSWER_BYTES, limits.headerBytesMax() / HEADER_ANSWERS_MIN);
    return window.headerBytes() + (asked + 1) * each <= limits.headerBytesMax()
        || window.nextHeaderWanted(window.base(), window.base() + 1) >= 0;
  }

  private Reservation record(
      PeerId peer, long id, Reservation.Kind kind, Picked picked, boolean isHedged) {
    boolean isHeaders = kind == Reservation.Kind.HEADERS;
    long promised = isHeaders ? 0 : Math.max(promiseMin(peer), weight.of(picked.size()));
    Reservation reservation =
        new Reservation(
            id,
            peer,
            kind,
            picked.numbers,
            picked.hashes,
            kind == Reservation.Kind.BODIES ? picked.headers : List.of(),
            promised,
            isHedged);
    for (long n : picked.numbers) {
      if (isHeaders) {
        window.headerAsked(n, true);
      } else {
        window.ask(n, id);
      }
    }
    if (!isHeaders) {
      reservedEnd = Math.max(reservedEnd, reservation.lastNumber() + 1);
      blocksInFlight += picked.size();
    }
    promisedBytes += promised;
    reservations.add(reservation);
    return reservation;
  }

  private long windowEnd() {
    long end = isClosing ? Math.min(window.end(), reservedEnd) : window.end();
    return Math.min(end, window.base() + limits.windowBlocksMax());
  }

  /** Promises no block above those that were promised before: what is missing of these still is. */
  public void close() {
    isClosing = true;
  }

  /** Whether what was promised before it was closed has all been taken. */
  public boolean isDrained() {
    return isClosing && window.base() >= reservedEnd;
  }

  private int blocksWithin(RequestBudget room) {
    return (int) Math.max(1, Math.min(room.blocksMax(), room.bytesMax() / weight.of(1)));
  }

  private boolean hasRoomFor(long bytes) {
    return heldBytes() + bytes <= limits.windowBytesMax();
  }

  /**
   * The least room that is kept for an answer. One answer of each peer is counted at what its
   * blocks are expected to weigh; so if they turn out to be far heavier, only these go beyond the
   * window.
   */
  private long promiseMin(PeerId peer) {
    return reservations.owesNothing(peer) ? weight.firstAnswerMin() : weight.answerMin();
  }

  /** Bytes promised, buffered and being inserted. */
  public long heldBytes() {
    return promisedBytes + bufferedBytes + insertingBytes;
  }

  /** Gives a reservation's hashes back; nothing where it is closed already. */
  public Optional<Reservation> cancel(long id) {
    Reservation reservation = reservations.remove(id);
    if (reservation == null) {
      return Optional.empty();
    }
    giveBack(reservation);
    return Optional.of(reservation);
  }

  private void giveBack(Reservation reservation) {
    promisedBytes -= reservation.promisedBytes();
    boolean isHeaders = reservation.kind() == Reservation.Kind.HEADERS;
    if (!isHeaders) {
      blocksInFlight -= reservation.size();
    }
    for (long n : reservation.numbers()) {
      if (!window.holds(n)) {
        continue;
      }
      if (isHeaders) {
        window.headerAsked(n, false);
      } else {
        window.release(n, reservation.id());
      }
    }
  }

  /**
   * Gives a reservation's hashes back because its answer is overdue, and remembers it for the case
   * that the answer comes yet.
   */
  public Optional<Reservation> expire(long id) {
    Optional<Reservation> reservation = cancel(id);
    reservation.ifPresent(reservations::remember);
    return reservation;
  }

  /** Gives back everything that was promised to a peer; returns how many reservations that were. */
  public int cancelAll(PeerId peer) {
    List<Long> ids = reservations.openWith(peer);
    ids.forEach(this::cancel);
    return ids.size();
  }

  /**
   * Takes in the blocks that came back for a reservation; also after it was given back, for what is
   * still wanted.
   *
   * <p>Whatever the delivery leaves open is wanted again at once.
   */
  public DeliveryResult deliver(PeerId from, long id, Delivery<Block> delivery) {
    Reservation reservation = reservations.close(from, id);
    DeliveryMatch intake = intake(from, id, reservation);
    for (Block block : delivery.items()) {
      intake.accept(block);
      if (intake.invalidChain() != null) {
        break;
      }
    }
    bufferedBytes += intake.acceptedBytes();
    if (intake.accepted() > 0) {
      weight.learn(intake.acceptedBytes() / intake.accepted());
    }
    if (reservation != null) {
      giveBack(reservation);
    }
    return intake.outcome(delivery);
  }

  /** Takes in a block that was fetched outside the queue, if it is wanted and there is room. */
  public boolean put(Block block) {
    DeliveryMatch intake = new DeliveryMatch(window, bounds(), null, false);
    intake.accept(block);
    bufferedBytes += intake.acceptedBytes();
    return intake.accepted() > 0;
  }

  private DeliveryMatch.Bounds bounds() {
    return new DeliveryMatch.Bounds(windowEnd(), limits.windowBytesMax() - heldBytes());
  }

  private DeliveryMatch intake(PeerId from, long id, Reservation reservation) {
    return reservation != null
        ? new DeliveryMatch(window, bounds(), reservation, true)
        : new DeliveryMatch(window, bounds(), reservations.closeOverdue(from, id), false);
  }

  /** Takes in the headers that came back, newest first, for claimed links, and so proves them. */
  public DeliveryResult deliverHeaders(PeerId from, long id, Delivery<BlockHeader> delivery) {
    Reservation reservation = reservations.close(from, id);
    DeliveryMatch intake = intake(from, id, reservation);
    for (BlockHeader header : delivery.items()) {
      intake.acceptHeader(header);
      if (intake.invalidChain() != null) {
        break;
      }
    }
    if (reservation != null) {
      giveBack(reservation);
    }
    return intake.outcome(delivery);
  }

  /**
   * Takes the longest run that is complete, within these bounds; at least one block where there is
   * one.
   */
  public List<Block> take(int blocksMax, long bytesMax) {
    List<Block> run = new ArrayList<>(Math.min(blocksMax, window.filledPrefix()));
    long bytes = 0;
    while (window.filledPrefix() > 0 && run.size() < blocksMax) {
      long size = window.block(window.base()).size();
      if (!run.isEmpty() && bytes + size > bytesMax) {
        break;
      }
      run.add(window.takeFirst());
      bytes += size;
    }
    bufferedBytes -= bytes;
    insertingBytes += bytes;
    return run;
  }

  /**
   * Passes over the blocks below a number, which nobody serves; what is buffered from there on
   * stays.
   *
   * @param first number of the next block to take
   * @param parent its parent's hash
   */
  public void skipTo(long first, Hash parent) {
    while (window.base() < first && window.base() < window.end()) {
      Block dropped = window.skipFirst();
      bufferedBytes -= dropped == null ? 0 : dropped.size();
    }
    if (window.base() < first) {
      window.reset(first, parent);
    }
    reservedEnd = Math.max(reservedEnd, first);
  }

  /** The lowest number above the next one whose block is buffered, or -1. */
  public long lowestBuffered() {
    return window.lowestFilled();
  }

  /** Ends the work early: blocks above this number are not wanted now. */
  public void endAt(long newLast) {
    last = Math.max(newLast, window.end() - 1);
  }

  /** Frees the room of blocks that were taken and are now stored. */
  public void inserted(long bytes) {
    insertingBytes -= bytes;
    if (insertingBytes < 0) {
      throw new IllegalStateException("more bytes inserted than taken");
    }
  }

  /** The reservation that owes the lowest missing block: the one that everything waits for. */
  public Optional<Reservation> frontier() {
    long number = window.base() + window.filledPrefix();
    if (!window.holds(number) || window.copies(number) == 0) {
      return Optional.empty();
    }
    Reservation owner = reservations.open(window.owner(number));
    // The peer that was asked last may have given the block back, while others still owe it.
    return Optional.of(owner != null ? owner : reservations.newestWith(number).orElseThrow());
  }

  /** Whether links are missing their block but the window lets nothing more be reserved. */
  public boolean isThrottled() {
    if (window.base() > last) {
      return false;
    }
    long next = window.nextWanted(window.base(), windowEnd());
    if (next < 0) {
      return reservedEnd <= last && reservedEnd >= window.base() + limits.windowBlocksMax();
    }
    return next != window.base() && !hasRoomFor(Math.max(weight.of(1), weight.firstAnswerMin()));
  }

  /** Whether every block up to the last was taken. */
  public boolean isDone() {
    return window.base() > last;
  }

  /** Links inside the window that nobody is asked for. */
  public boolean hasWanted() {
    return window.nextWanted(window.base(), windowEnd()) >= 0;
  }

  /** Whether some link inside the window is not proven and nobody is asked for its header. */
  public boolean hasUnproven() {
    return window.nextHeaderWanted(window.base(), windowEnd()) >= 0;
  }

  public boolean hasCompleteRun() {
    return window.filledPrefix() > 0;
  }

  public int completeRunLength() {
    return window.filledPrefix();
  }

  /** The next block to insert, where it is there. */
  public Optional<Block> headBlock() {
    return window.filledPrefix() > 0 ? Optional.of(window.block(window.base())) : Optional.empty();
  }

  /** Whether the hash is among the links held, its block missing, promised or buffered. */
  public boolean has(Hash hash) {
    return window.find(hash) >= 0;
  }

  public Optional<Block> block(Hash hash) {
    long number = window.find(hash);
    return number < 0 ? Optional.empty() : Optional.ofNullable(window.block(number));
  }

  /** Whether the header of the link at this number is there. */
  public boolean isProven(long number) {
    return window.holds(number) && window.header(number) != null;
  }

  /** Number of the next block to take. */
  public long offset() {
    return window.base();
  }

  /** Links held whose block nobody is asked for and which is not there. */
  public int pending() {
    return window.wantedCount();
  }

  /** Reservations that are open. */
  public int inFlight() {
    return reservations.size();
  }

  /** Throws if what it counts is not what it holds. */
  public void checkInvariants() {
    window.checkInvariants();
    long promised = 0;
    int blocks = 0;
    for (Reservation reservation : reservations.all()) {
      promised += reservation.promisedBytes();
      blocks += reservation.kind() == Reservation.Kind.HEADERS ? 0 : reservation.size();
    }
    if (promised != promisedBytes || blocks != blocksInFlight) {
      throw new IllegalStateException(
          String.format(
              "%d bytes and %d blocks are reserved, and %d and %d counted",
              promised, blocks, promisedBytes, blocksInFlight));
    }
  }

  public int blocksInFlight() {
    return blocksInFlight;
  }

  /** Links held whose block is not there yet: 2015's first size. */
  public int missing() {
    return (int) (window.end() - window.base()) - window.buffered();
  }

  /** Blocks buffered: 2015's second size. */
  public int buffered() {
    return window.buffered();
  }

  public long bufferedBytes() {
    return bufferedBytes + insertingBytes;
  }

  /** Bytes of the headers of links that are held. */
  public long headerBytes() {
    return window.headerBytes();
  }

  /** What a block is expected to weigh now. */
  public long blockBytesGuess() {
    return weight.of(1);
  }

  public QueueLimits limits() {
    return limits;
  }

  /**
   * How much one peer may be asked for at once.
   *
   * @param blocksMax at least 1
   * @param bytesMax what its answer should weigh at most
   * @param lowest number of the lowest block that it may have
   */
  public record RequestBudget(int blocksMax, long bytesMax, long lowest) {
    public RequestBudget(int blocksMax, long bytesMax) {
      this(blocksMax, bytesMax, 0);
    }

    public RequestBudget {
      if (blocksMax < 1 || bytesMax < 1) {
        throw new IllegalArgumentException("room for " + blocksMax + " blocks, " + bytesMax);
      }
    }
  }
}
