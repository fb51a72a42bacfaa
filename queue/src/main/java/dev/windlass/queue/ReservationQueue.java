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
 * Reserves the missing blocks for peers, oldest first, and puts their answers in order.
 *
 * <p>Owned by the downloader's loop. Invariants: at most {@link QueueLimits#windowBlocksMax}
 * numbers are reserved or buffered. A block is buffered only if its hash is that of the link, its
 * number that of the slot, and its parent the link below. An id closes at most one reservation.
 */
public final class ReservationQueue {
  /**
   * Limits the bytes reserved for an answer of headers, so that a few answers do not fill a small
   * bound.
   */
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

  /** Forgets every link, block and reservation. */
  public void reset() {
    prepare(0, -1, Hash.ZERO);
  }

  /**
   * Starts over for the blocks from {@code first} to {@code newLast}. The first has this parent.
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

  /** Appends links, oldest first. Each is one number above the one before. */
  public void offer(List<Link> links) {
    for (Link link : links) {
      if (link.number() > last) {
        throw new IllegalStateException("link " + link.number() + " above the last, " + last);
      }
      window.add(link);
    }
  }

  /** The number of the link to offer next. */
  public long nextLink() {
    return window.end();
  }

  /** How many links may be offered now. 0 if enough links, or all of them, are held already. */
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
   * @param lacks the hashes that the peer is known to lack
   * @return empty if no slot in the window suits, or the window is full
   */
  public Optional<Reservation> reserve(
      PeerId peer, long id, Reservation.Kind kind, RequestBudget room, Predicate<Hash> lacks) {
    reservations.useUp(id);
    if (kind == Reservation.Kind.HEADERS) {
      return reserveHeaders(peer, id, room, lacks);
    }
    long limit = Math.min(windowEnd(), room.end());
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
   * Promises the blocks that a late reservation still owes to a second peer as well.
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
          && n < room.end()
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
      PeerId peer, long id, RequestBudget room, Predicate<Hash> lacks) {
    long limit = Math.min(windowEnd(), room.end());
    int countMax = room.blocksMax();
    Picked picked = new Picked(countMax);
    if (!hasRoomForHeaders()) {
      return Optional.empty();
    }
    long expected = -1;
    for (long n = window.nextHeaderWanted(Math.max(window.base(), room.lowest()), limit);
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

  /** The next block to insert is asked for in any case. */
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

  /**
   * From now on promises no block above those promised before. Missing blocks among these are still
   * promised.
   */
  public void close() {
    isClosing = true;
  }

  /** Whether every block promised before the queue was closed has been taken. */
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
   * The least bytes reserved for an answer. One answer of each peer counts as the expected size of
   * its blocks. So if blocks are far larger than expected, only these answers exceed the window.
   */
  private long promiseMin(PeerId peer) {
    return reservations.owesNothing(peer) ? weight.firstAnswerMin() : weight.answerMin();
  }

  /** Bytes promised, buffered and being inserted. */
  public long heldBytes() {
    return promisedBytes + bufferedBytes + insertingBytes;
  }

  /** Gives a reservation's hashes back. Empty if it is closed already. */
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
   * Gives a reservation's hashes back because its answer is overdue, and remembers it in case the
   * answer still comes.
   */
  public Optional<Reservation> expire(long id) {
    Optional<Reservation> reservation = cancel(id);
    reservation.ifPresent(reservations::remember);
    return reservation;
  }

  /** Gives back everything that was promised to a peer. Returns the number of its reservations. */
  public int cancelAll(PeerId peer) {
    List<Long> ids = reservations.openWith(peer);
    ids.forEach(this::cancel);
    return ids.size();
  }

  /**
   * Accepts the blocks of an answer to a reservation. If the reservation was given back, accepts
   * those that are still wanted.
   *
   * <p>Blocks that the answer does not have are wanted again at once.
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

  /** Accepts a block that was fetched outside the queue, if it is wanted and fits the window. */
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

  /** Accepts the headers of an answer, newest first, and so proves claimed links. */
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
   * Takes the longest complete run within these bounds. If there is a block, takes at least one.
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
   * Skips the blocks below a number, which no peer serves. Blocks buffered from that number on
   * stay.
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

  /** Ends the work early. Blocks above this number are not wanted now. */
  public void endAt(long newLast) {
    last = Math.max(newLast, window.end() - 1);
  }

  /** Frees the bytes of blocks that were taken and are now stored. */
  public void inserted(long bytes) {
    insertingBytes -= bytes;
    if (insertingBytes < 0) {
      throw new IllegalStateException("more bytes inserted than taken");
    }
  }

  /** The reservation that owes the lowest missing block, which all others wait for. */
  public Optional<Reservation> frontier() {
    long number = window.base() + window.filledPrefix();
    if (!window.holds(number) || window.copies(number) == 0) {
      return Optional.empty();
    }
    Reservation owner = reservations.open(window.owner(number));
    // The reservation of the peer asked last may be closed, while other peers still owe the block.
    return Optional.of(owner != null ? owner : reservations.newestWith(number).orElseThrow());
  }

  /** Whether blocks are missing, but the window allows no more to be reserved. */
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

  /** Whether a link inside the window lacks its block and no peer is asked for it. */
  public boolean hasWanted() {
    return window.nextWanted(window.base(), windowEnd()) >= 0;
  }

  /** Whether a link inside the window is not proven and no peer is asked for its header. */
  public boolean hasUnproven() {
    return window.nextHeaderWanted(window.base(), windowEnd()) >= 0;
  }

  public boolean hasCompleteRun() {
    return window.filledPrefix() > 0;
  }

  public int completeRunLength() {
    return window.filledPrefix();
  }

  /** The next block to insert, if it has come. */
  public Optional<Block> headBlock() {
    return window.filledPrefix() > 0 ? Optional.of(window.block(window.base())) : Optional.empty();
  }

  /** Whether a link with this hash is held. Its block may be missing, promised or buffered. */
  public boolean has(Hash hash) {
    return window.find(hash) >= 0;
  }

  public Optional<Block> block(Hash hash) {
    long number = window.find(hash);
    return number < 0 ? Optional.empty() : Optional.ofNullable(window.block(number));
  }

  /** Whether the link at this number has its header. */
  public boolean isProven(long number) {
    return window.holds(number) && window.header(number) != null;
  }

  /** Number of the next block to take. */
  public long offset() {
    return window.base();
  }

  /** Links held whose block has not come, and which no peer is asked for. */
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

  /** Links held whose block has not come: 2015's first size. */
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

  /** The expected size of a block. */
  public long blockBytesGuess() {
    return weight.of(1);
  }

  public QueueLimits limits() {
    return limits;
  }

  /**
   * The limits of one request to a peer.
   *
   * @param blocksMax at least 1
   * @param bytesMax the size that its answer should have at most
   * @param lowest number of the lowest block that it may have
   * @param highest number of the highest one
   */
  public record RequestBudget(int blocksMax, long bytesMax, long lowest, long highest) {
    public RequestBudget(int blocksMax, long bytesMax) {
      this(blocksMax, bytesMax, 0, Long.MAX_VALUE);
    }

    public RequestBudget {
      if (blocksMax < 1 || bytesMax < 1) {
        throw new IllegalArgumentException(
            "a request of " + blocksMax + " blocks, " + bytesMax + " bytes");
      }
    }

    private long end() {
      return highest == Long.MAX_VALUE ? Long.MAX_VALUE : highest + 1;
    }
  }
}
