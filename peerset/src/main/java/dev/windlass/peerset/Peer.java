package dev.windlass.peerset;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.peerset.Wanted.Item;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One registered peer: its claims, the hashes it lacks, and its measured capacity.
 *
 * <p>Owned by {@link PeerSet}. Others only read it. Its capacity is never below 1 nor above the
 * limit of its protocol.
 */
public final class Peer {
  private static final int SILENT_TIMEOUTS = 2;

  /** 6 MB at 50 KB a second. */
  private static final long TARDY_NANOS = 120_000_000_000L;

  private static final long EMPTY_BACK_OFF_NANOS = 5_000_000_000L;

  /**
   * How long a question that was answered with nothing is not sent again: half of the back-off of a
   * failed head, so that its next attempt asks anew.
   */
  private static final long VAIN_NANOS = 5_000_000_000L;

  /** An answer this many times as large as the largest so far may take longer than all of them. */
  private static final int KNOWN_FACTOR = 8;

  /** A deadline allows three times as long as the line should take for the answer. */
  private static final int LINE_FACTOR = 3;

  /** One request asks for about as much as the line brings in this time. */
  private static final long REQUEST_LINE_NANOS = 1_000_000_000L;

  /**
   * How long an answer may be coming in: 10 MiB at 8 KiB a second. That is the largest message at
   * the slowest pace that a connection accepts.
   */
  private static final long RECEIVING_NANOS_MAX = 1_280_000_000_000L;

  /** Abandoned requests that are remembered. An answer to an older one is no sample. */
  private static final int OWED_MAX = 256;

  /**
   * The first answer of 64 KiB gives a rate for the line. Each further request in flight asks for
   * twice as much.
   */
  private static final long FIRST_REQUEST_BYTES = 64 << 10;

  private final PeerId id;
  private final PeerKind kind;
  private final PeerLimits limits;
  private final Map<Long, Request> requests = new LinkedHashMap<>();

  /** Requests that have ended without an answer. Their answers may still be on the line. */
  private final Map<Long, Request> owed = new LinkedHashMap<>();

  private final Set<Hash> lacks = new LinkedHashSet<>();
  private final VainQuestions vain = new VainQuestions();
  private final Map<Item, ServedRange> ranges = new EnumMap<>(Item.class);

  /** Blocks that it owes to a sync that has ended, and the deadlines. */
  private final Map<Hash, Long> owedBlocks = new HashMap<>();

  /** The ticket of the last request for them. */
  private long lastLeft;

  private final RoundTrip roundTrip = new RoundTrip();
  private final LineRate line = new LineRate();

  private Hash head;

  /** Its height: the highest number that it claimed, or that a header proved of its heads. */
  private long headNumber;

  /** A head that it claimed and then served headers or hashes of. Null if there is none. */
  private Hash shownHead;

  /** The hash that it announced last, which may be of a lower block than its head. */
  private Hash announced;

  private boolean isNumberClaimed;
  private boolean isHeadProven;
  private Preference preference = Preference.NAMED;
  private int reputation;
  private int capacity;
  private long capacityBytes;
  private long blocksDelivered;
  private int linksAtOnce;
  private int blocksAtOnce;
  private int timeoutsInARow;
  private long restsUntilNanos = Long.MIN_VALUE;
  private int emptyInARow;
  private long emptyBackOffUntilNanos = Long.MIN_VALUE;

  Peer(PeerId id, PeerKind kind, Head head, PeerLimits limits) {
    this.id = id;
    this.kind = kind;
    this.head = head.hash();
    this.headNumber = head.number();
    this.announced = head.hash();
    this.isNumberClaimed = head.number() >= 0;
    this.limits = limits;
    for (Item item : Item.values()) {
      ranges.put(item, new ServedRange());
    }
    announceLast();
    reset();
  }

  Preference preference() {
    return preference;
  }

  void prefer(Preference newPreference) {
    preference = newPreference;
  }

  /** Prepares for a new sync. Forgets the peer's speed and gaps, but not its reputation. */
  void reset() {
    requests.values().forEach(this::leave);
    requests.clear();
    lacks.clear();
    capacity = Math.min(limits.blocksPerRequestFirst(), limits.blocksPerRequestMax(kind));
    capacityBytes = limits.bytesPerRequestMax();
    timeoutsInARow = 0;
    restsUntilNanos = Long.MIN_VALUE;
    emptyInARow = 0;
    emptyBackOffUntilNanos = Long.MIN_VALUE;
    ranges.values().forEach(ServedRange::reset);
  }

  /** A sync has ended before the answer. The question need not be sent again meanwhile. */
  private void leave(Request request) {
    owe(request);
    request.wanted().origin().ifPresent(origin -> vain.note(origin, request.deadlineNanos()));
    if (owedBlocks.size() > limits.lacksMax()) {
      owedBlocks.clear();
    }
    if (request.wanted().item() == Wanted.Item.BLOCK) {
      request.wanted().hashes().forEach(hash -> owedBlocks.put(hash, request.deadlineNanos()));
      lastLeft = Math.max(lastLeft, request.ticket());
    }
  }

  /** Of which blocks it may have this part. */
  public ServedRange range(Item item) {
    return ranges.get(item);
  }

  /**
   * Notes the lowest number that it announced. If it is lower than before, the peer may have what
   * it lacked.
   */
  boolean servesFrom(Item item, long number) {
    boolean isLower = range(item).announceFirst(number);
    if (isLower) {
      vain.clear();
      lacks.clear();
    }
    return isLower;
  }

  private void announceLast() {
    long last = isNumberClaimed ? headNumber : Long.MAX_VALUE;
    ranges.values().forEach(range -> range.announceLast(last));
  }

  /**
   * Notes a header that it has shown to have. It probably has the body too, so its announcement of
   * bodies does not end below.
   */
  void served(long number) {
    range(Item.HEADER).showed(number);
    range(Item.BLOCK).reaches(number);
  }

  /** A claim only grows: a number below the one it claimed before changes nothing. */
  void claim(Head claimed) {
    long number = claimed.number();
    ranges.values().forEach(range -> range.claims(number));
    if (!claimed.hash().equals(announced)) {
      // It has news, so it may have what it lacked.
      vain.clear();
    }
    announced = claimed.hash();
    isNumberClaimed = number >= 0;
    if (number < 0 || number >= headNumber) {
      isHeadProven = isHeadProven && claimed.hash().equals(head);
      head = claimed.hash();
      headNumber = Math.max(number, headNumber);
    }
    announceLast();
  }

  /** Notes that it has this block, since it has served its header, or the hashes below it. */
  void showed(Hash hash) {
    shownHead = hash.equals(head) ? hash : shownHead;
  }

  /**
   * Whether one of these blocks is the head that it claims now and has shown to have. An honest
   * node always has its head. Each head counts once.
   */
  boolean withholdsHead(Collection<Hash> missing) {
    // What it announced since may be the head of another branch, after a reorg.
    boolean isItsHead = head.equals(shownHead) && head.equals(announced);
    boolean isWithheld = isItsHead && missing.contains(shownHead);
    shownHead = isWithheld ? null : shownHead;
    return isWithheld;
  }

  /** A header proves the number of its head, or of the block that it announced last. */
  void learn(Hash proven, long number) {
    headNumber = Math.max(headNumber, number);
    isHeadProven |= proven.equals(head);
    announceLast();
  }

  Hash announced() {
    return announced;
  }

  boolean isHeadProven() {
    return isHeadProven;
  }

  void began(Request request) {
    requests.put(request.ticket(), request);
  }

  private void owe(Request request) {
    owed.put(request.ticket(), request.withoutHashes());
    if (owed.size() > OWED_MAX) {
      Iterator<Long> oldest = owed.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** A request that has ended without an answer. Null if its answer would be no sample. */
  Request owed(long ticket) {
    return owed.get(ticket);
  }

  Request ended(long ticket) {
    return requests.remove(ticket);
  }

  /** An answer has come, late or not, and is a sample of the line. */
  void arrived(Request request, long bytes, long nowNanos) {
    line.sample(bytes, request.sentNanos(), nowNanos);
    request.wanted().origin().ifPresent(vain::remove);
    if (request.ticket() >= lastLeft) {
      owedBlocks.clear();
    }
    // Answers come in the order of the questions, so those before this one were lost.
    owed.keySet().removeIf(ticket -> ticket <= request.ticket());
    timeoutsInARow = 0;
    restsUntilNanos = Long.MIN_VALUE;
  }

  void delivered(Request request, int items, long nanos, long slowNanos) {
    if (items > 0) {
      // An empty answer comes at once, so it is no sample of the time of others.
      roundTrip.sample(nanos);
    }
    if (!request.isBlocks()) {
      linksAtOnce = Math.max(linksAtOnce, items);
      return;
    }
    blocksAtOnce = Math.max(blocksAtOnce, items);
    blocksDelivered += items;
    emptyInARow = items > 0 ? 0 : emptyInARow;
    range(Item.BLOCK).answered(items);
    if (nanos > limits.slowNanos()) {
      scale(0.5);
    } else if (nanos > slowNanos) {
      // The other peers are quicker. The capacity keeps a floor, since this peer may be the only
      // one that has the blocks, and smaller requests do not make it quicker.
      capacity = Math.max(capacity, Math.min(limits.blocksPerRequestFirst(), items));
    } else if (items >= request.items()) {
      scale(2);
    } else if (items > 0 && 2L * items < request.items()) {
      // The peer sends no more at once. The rest would have to be asked for again and again.
      capacity = Math.min(capacity, 2 * items);
    } else if (items == 0) {
      // What it lacks is asked of others at once. So it should not be promised many blocks again.
      capacity = Math.max(capacity / 2, Math.min(capacity, limits.blocksPerRequestFirst()));
    }
  }

  /** A timeout frees the peer, shrinks its capacity, and makes its back-off longer each time. */
  void timedOut(Request request, long nowNanos) {
    reputation /= 2;
    line.missed();
    owe(request);
    scale(1.0 / 128);
    long wait = Math.min(limits.blockTimeoutNanos(), request.deadlineNanos() - request.sentNanos());
    restsUntilNanos = nowNanos + (wait << Math.min(timeoutsInARow, 6)) / 2;
    timeoutsInARow++;
  }

  private void scale(double factor) {
    int max = limits.blocksPerRequestMax(kind);
    capacity = (int) Math.max(1, Math.min(max, capacity * factor));
    double bytes = (double) capacityBytes * factor;
    capacityBytes = Math.max(1, Math.min(limits.bytesPerRequestMax(), (long) bytes));
    if (capacity == 1 && factor < 1) {
      demote();
    }
  }

  void promote() {
    reputation++;
  }

  void demote() {
    reputation /= 2;
  }

  /**
   * If a peer lacks more hashes than can be remembered, it backs off, longer each time. Otherwise a
   * pruned node would be asked for all history, piece by piece.
   */
  void addLacks(Collection<Hash> hashes, long nowNanos) {
    lacks.addAll(hashes);
    if (lacks.size() > limits.lacksMax()) {
      lacks.clear();
      emptyBackOffUntilNanos = nowNanos + (EMPTY_BACK_OFF_NANOS << Math.min(emptyInARow, 6));
      emptyInARow++;
    }
  }

  public PeerId id() {
    return id;
  }

  public PeerKind kind() {
    return kind;
  }

  public Hash head() {
    return head;
  }

  /** Its height, which never falls. -1 while no number of it is known. */
  public long headNumber() {
    return headNumber;
  }

  /** Notes that it has answered with nothing. */
  void hasNothing(Origin origin, long nowNanos) {
    vain.note(origin, nowNanos + VAIN_NANOS);
  }

  /** Whether it may be asked for any block. If not, each block has to be looked up. */
  public boolean isUnrestricted(long nowNanos) {
    return lacks.isEmpty() && owedBlocks.isEmpty() && vain.hasExpired(nowNanos);
  }

  /**
   * When a question from there may be sent again, after an answer with nothing, or while an answer
   * to an earlier sync is owed. In the past if there is no reason to wait.
   */
  public long vainUntilNanos(Origin origin) {
    return vain.untilNanos(origin);
  }

  /** The deadline of a block that it owes to a sync that has ended. In the past if it owes none. */
  public long owedUntilNanos(Hash block) {
    return owedBlocks.isEmpty() ? Long.MIN_VALUE : owedBlocks.getOrDefault(block, Long.MIN_VALUE);
  }

  public boolean lacks(Hash hash) {
    // Mostly it lacks nothing. Then the hash, which is in no cache of the processor, is not read.
    return !lacks.isEmpty() && lacks.contains(hash);
  }

  public int lackCount() {
    return lacks.size();
  }

  public int reputation() {
    return reputation;
  }

  /** How many blocks it is asked for at once. */
  public int capacity() {
    return capacity;
  }

  /** How many bytes its answer should have at most. */
  public long capacityBytes() {
    return Math.min(capacityBytes, line.bytesIn(REQUEST_LINE_NANOS, capacityBytes));
  }

  /** How many headers it is asked for at once, if each has so many bytes. */
  public int headersAtOnce(long bytesPerHeader) {
    long unknown = FIRST_REQUEST_BYTES << Math.min(inFlight(), 8);
    long bytes = Math.min(limits.bytesPerRequestMax(), line.bytesIn(REQUEST_LINE_NANOS, unknown));
    return (int)
        Math.max(1, Math.min(limits.headersPerRequestMax(), bytes / Math.max(1, bytesPerHeader)));
  }

  /** Whether it may have the header of this number. */
  public boolean mayHave(long number) {
    return range(Item.HEADER).holds(number);
  }

  /**
   * The same from a number downwards, so that the question ends where its headers do. Below them it
   * is tried out with one.
   */
  public int headersAtOnce(long top, long bytesPerHeader) {
    long served = top - range(Item.HEADER).lowest(top) + 1;
    int most = headersAtOnce(bytesPerHeader);
    return (int) Math.max(1, Math.min(most, served));
  }

  /** Bytes a second of its line. 0 while that is not known. */
  public long bytesPerSecond() {
    return line.bytesPerSecond();
  }

  public int inFlight() {
    return requests.size();
  }

  public int creditsMax() {
    return limits.credits(kind);
  }

  public boolean hasCredit() {
    return requests.size() < creditsMax();
  }

  public boolean isBackingOff(long nowNanos) {
    return nowNanos < restsUntilNanos;
  }

  /** Whether it has shown that it lacks more than can be remembered, and is not asked now. */
  public boolean isBackingOffAfterEmpty(long nowNanos) {
    return nowNanos < emptyBackOffUntilNanos;
  }

  public long emptyBackOffUntilNanos() {
    return emptyBackOffUntilNanos;
  }

  public long restsUntilNanos() {
    return restsUntilNanos;
  }

  /**
   * Whether other peers should be preferred. It has missed two deadlines in a row, or has owed an
   * answer for two minutes.
   */
  public boolean isTardy(long nowNanos) {
    // The first request is the oldest.
    boolean isLong =
        !requests.isEmpty()
            && nowNanos - requests.values().iterator().next().sentNanos() > TARDY_NANOS;
    return isLong || timeoutsInARow >= SILENT_TIMEOUTS;
  }

  public int timeoutsInARow() {
    return timeoutsInARow;
  }

  public long blocksDelivered() {
    return blocksDelivered;
  }

  /** Mean time to an answer. -1 before the first. */
  public long roundTripNanos() {
    return roundTrip.meanNanos();
  }

  Iterable<Request> requests() {
    return requests.values();
  }

  /**
   * How long to wait for an answer. The times of small answers do not predict those of large ones.
   * An answer also comes after those that are in flight already.
   */
  long timeoutNanos(int items, long bytes, boolean isBlocks) {
    long ahead = 0;
    for (Request request : requests.values()) {
      ahead += request.bytes();
    }
    for (Request request : owed.values()) {
      ahead += request.bytes();
    }
    long answer = answerNanos(items, isBlocks);
    if (!roundTrip.isKnown()) {
      // The peer may never answer.
      return answer;
    }
    long onLine = LINE_FACTOR * line.nanosFor(ahead + bytes);
    long most = line.isKnown() ? Long.MAX_VALUE : LINE_FACTOR * limits.blockTimeoutNanos();
    return Math.max(answer, limits.timeoutNanosMin() + Math.min(most, onLine));
  }

  /** The open requests with later deadlines, since an answer is coming in. */
  List<Request> receiving(long nowNanos) {
    List<Request> longer = new ArrayList<>();
    for (Request request : requests.values()) {
      long latest = Math.max(request.sentNanos(), line.arrivedNanos()) + RECEIVING_NANOS_MAX;
      long deadline = Math.min(latest, nowNanos + limits.blockTimeoutNanos());
      if (deadline > request.deadlineNanos()) {
        longer.add(request.until(deadline));
      }
    }
    return longer;
  }

  /**
   * When an answer should have come by the line's rate, after the answers to earlier questions.
   *
   * @param typicalRate bytes a second of the other peers' lines, which is assumed while that of its
   *     own is not known. If it is 0, the time is that when the question was sent
   */
  long expectedNanos(Request request, long typicalRate) {
    if (!line.isKnown() && typicalRate == 0) {
      return request.sentNanos();
    }
    long bytes = 0;
    for (Request earlier : requests.values()) {
      bytes += earlier.ticket() <= request.ticket() ? earlier.bytes() : 0;
    }
    for (Request earlier : owed.values()) {
      bytes += earlier.ticket() < request.ticket() ? earlier.bytes() : 0;
    }
    long from = Math.max(request.sentNanos(), line.arrivedNanos());
    return from + (line.isKnown() ? line.nanosFor(bytes) : LineRate.nanosAt(typicalRate, bytes));
  }

  private long answerNanos(int items, boolean isBlocks) {
    long unknown = isBlocks ? limits.blockTimeoutNanos() : limits.hashTimeoutNanos();
    if (!roundTrip.isKnown()) {
      return unknown;
    }
    long known =
        Math.max(
            limits.timeoutNanosMin(),
            Math.min(limits.blockTimeoutNanos(), roundTrip.timeoutNanos()));
    int largest = isBlocks ? blocksAtOnce : linksAtOnce;
    return items / KNOWN_FACTOR > largest ? Math.max(unknown, known) : known;
  }

  /**
   * The requests that were sent after one whose answer has just come, with new deadlines by the
   * line's rate. Their answers queue behind each other.
   */
  List<Request> behind(long ticket, long nowNanos) {
    List<Request> behind = new ArrayList<>();
    long bytes = 0;
    for (Request request : requests.values()) {
      if (request.ticket() > ticket) {
        bytes += request.bytes();
        long deadline = nowNanos + limits.timeoutNanosMin() + LINE_FACTOR * line.nanosFor(bytes);
        behind.add(request.until(Math.max(request.deadlineNanos(), deadline)));
      }
    }
    return behind;
  }
}
