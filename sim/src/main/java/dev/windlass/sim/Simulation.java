package dev.windlass.sim;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockStore;
import dev.windlass.chain.Delivery;
import dev.windlass.chain.Gap;
import dev.windlass.chain.Hash;
import dev.windlass.chain.HeaderQuery;
import dev.windlass.chain.PeerId;
import dev.windlass.chain.Verdict;
import dev.windlass.downloader.Action;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.Downloader;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Effects;
import dev.windlass.downloader.HashChain;
import dev.windlass.downloader.HaulError;
import dev.windlass.downloader.HaulSummary;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.StoreEvent;
import dev.windlass.downloader.StoreWork;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The unchanged core in virtual time, among simulated peers and over a real store's code.
 *
 * <p>Owned by one thread. Time moves only from one event to the next; events at the same time
 * happen in the order in which they were scheduled; so the same seed gives the same run. Every
 * invariant is checked after every event.
 */
public final class Simulation {
  /** How long the store takes for one piece of work, at most. */
  private static final long STORE_NANOS_MAX = 2_000_000L;

  /** A haul that failed, and why. */
  public record Failure(HaulSummary summary, HaulError error, String explanation) {}

  /** Something that must hold after every event. */
  @FunctionalInterface
  public interface Invariant {
    /** What is broken; empty where it holds. */
    Optional<String> violation(Simulation simulation);
  }

  /** Runs that went into the store are looked at before they do. */
  @FunctionalInterface
  public interface InsertCheck {
    Optional<String> violation(List<Block> run);
  }

  /** Sees every question and, once it is judged, the answer to it; before the core does. */
  public interface Watcher {
    void connected(PeerId peer);

    /** What is wrong with asking this; empty where it is right. */
    Optional<String> asked(PeerId peer, Question question);

    void answered(PeerId peer, Question question, Verdict verdict);
  }

  private final DownloaderLimits limits;
  private final BlockStore store;
  private final RandomGenerator random;

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Map<PeerId, SimulatedPeer> connected = new LinkedHashMap<>();
  private final Map<Long, PeerId> openTickets = new LinkedHashMap<>();
  private final Deque<Supplier<StoreEvent>> storeQueue = new ArrayDeque<>();
  private final List<HaulSummary> done = new ArrayList<>();
  private final List<Failure> failures = new ArrayList<>();
  private final Map<PeerId, HaulError> dropped = new LinkedHashMap<>();
  private final Map<PeerId, String> banned = new LinkedHashMap<>();
  private final Map<Hash, HaulError> refusedHeads = new LinkedHashMap<>();
  private final List<HaulError> refusedDeliveries = new ArrayList<>();
  private final List<Invariant> invariants = new ArrayList<>();
  private final List<String> trace = new ArrayList<>();

  private final List<Watcher> watchers = new ArrayList<>();
  private InsertCheck insertCheck = run -> Optional.empty();
  private Downloader downloader;
  private StoreWork storeWork;
  private long now;
  private long scheduled;
  private long life;
  private long digest;
  private boolean isTracing;
  private boolean isStoreHeld;
  private boolean isStoreBusy;
  private boolean isLastHaulDone;
  private String violation = "";

  public Simulation(DownloaderLimits limits, BlockStore store, RandomGenerator random) {
    this.limits = limits;
    this.store = store;
    this.random = random;
    startCore();
  }

  private void startCore() {
    downloader = new Downloader(limits, store.root(), store.tip(), store.bans(), random);
    downloader.noteGaps(store.gaps());
    storeWork = new StoreWork(store);
  }

  public Simulation tracing() {
    isTracing = true;
    return this;
  }

  public void addInvariant(Invariant invariant) {
    invariants.add(invariant);
  }

  public void checkInserts(InsertCheck check) {
    insertCheck = check;
  }

  public void watch(Watcher watcher) {
    watchers.add(watcher);
  }

  /** Does something at a later time. */
  public void at(long nanos, Runnable what) {
    events.add(new Event(nanos, ++scheduled, what));
  }

  public void in(long nanos, Runnable what) {
    at(now + nanos, what);
  }

  /** Connects a peer that says this of its head. */
  public void connect(SimulatedPeer peer, Hash head, long headNumber) {
    connected.put(peer.id(), peer);
    watchers.forEach(watcher -> watcher.connected(peer.id()));
    note(() -> "connect " + peer.id() + " " + peer.kind() + " " + peer.traits());
    perform(downloader.onPeer(peer.id(), peer.kind(), head, headNumber, now));
  }

  /** Connects a peer whose head is that of the chain it serves. */
  public void connect(SimulatedPeer peer) {
    connect(peer, peer.chain().head().hash(), peer.chain().head().number());
  }

  public void disconnect(PeerId id) {
    if (connected.remove(id) != null) {
      note(() -> "leave " + id);
      perform(downloader.onPeerGone(id, now));
    }
  }

  public void announce(Announcement announcement) {
    note(() -> "announce " + announcement);
    perform(downloader.onAnnouncement(announcement, now));
  }

  public void haul(Hash anchor) {
    announce(Announcement.ofOperator(anchor));
  }

  public void cancel() {
    perform(downloader.onCancel(now));
  }

  /** Hands the core something that no peer of this simulation sent. */
  public void tell(Function<Downloader, List<Action>> event) {
    perform(event.apply(downloader));
  }

  /** Kills the process and starts it again: the store stays, and what it had not done is lost. */
  public void restart() {
    note(() -> "restart");
    life++;
    storeQueue.clear();
    isStoreBusy = false;
    isLastHaulDone = false;
    openTickets.clear();
    startCore();
    for (SimulatedPeer peer : List.copyOf(connected.values())) {
      connect(peer);
    }
  }

  /** While it is held the store does nothing. */
  public void holdStore(boolean isHeld) {
    isStoreHeld = isHeld;
    workOnStore();
  }

  /** Lets the held store do exactly one piece of work. */
  public void stepStore() {
    if (!storeQueue.isEmpty()) {
      List<Action> actions = storeQueue.removeFirst().get().tell(downloader, now);
      perform(actions);
    }
  }

  /**
   * Runs until the condition holds, the time is over or an invariant is broken.
   *
   * @return whether the condition holds
   */
  public boolean runUntil(BooleanSupplier condition, long deadlineNanos) {
    while (violation.isEmpty() && !condition.getAsBoolean()) {
      long core = downloader.nextDeadlineNanos();
      Event next = events.peek();
      long at = Math.min(next == null ? Long.MAX_VALUE : next.atNanos, Math.max(core, now));
      if (at > deadlineNanos) {
        now = Math.max(now, deadlineNanos);
        return false;
      }
      boolean isCores = next == null || next.atNanos > at;
      now = Math.max(now, at);
      if (isCores) {
        note(() -> "time");
        perform(downloader.onTime(now));
        if (downloader.nextDeadlineNanos() <= now) {
          violation = "the core asks for time " + now + " again at once";
        }
      } else {
        events.poll().what.run();
      }
      checkInvariants();
    }
    return violation.isEmpty() && condition.getAsBoolean();
  }

  private void checkInvariants() {
    for (Invariant invariant : invariants) {
      invariant.violation(this).ifPresent(this::violate);
    }
  }

  private void violate(String what) {
    if (violation.isEmpty()) {
      violation = what;
      note(() -> "VIOLATION " + what);
    }
  }

  private void note(Supplier<String> what) {
    if (isTracing) {
      trace.add(now / 1_000 + " us " + what.get());
    }
  }

  private void mix(long value) {
    digest = (digest ^ value) * 0x9E3779B97F4A7C15L;
    digest ^= digest >>> 29;
  }

  private void perform(List<Action> actions) {
    for (Action action : actions) {
      mix(now);
      mix(action.getClass().getSimpleName().hashCode());
      action.perform(new World());
    }
  }

  private void ask(PeerId id, Question question) {
    mix(question.ticket());
    note(() -> "ask " + id + " " + question.brief());
    watchers.forEach(watcher -> watcher.asked(id, question).ifPresent(this::violate));
    if (openTickets.put(question.ticket(), id) != null) {
      violate("ticket " + question.ticket() + " was used twice");
    }
    SimulatedPeer peer = connected.get(id);
    if (peer == null) {
      return;
    }
    for (Answer answer : peer.ask(question, now)) {
      long lived = life;
      at(
          answer.atNanos(),
          () -> {
            if (lived == life) {
              receive(peer, answer);
            }
          });
    }
  }

  private void receive(SimulatedPeer peer, Answer answer) {
    if (connected.get(peer.id()) != peer) {
      return;
    }
    long ticket = answer.ticket();
    if (peer.traits().fault() == Fault.INTRUDING) {
      for (Map.Entry<Long, PeerId> open : openTickets.entrySet()) {
        ticket = open.getValue().equals(peer.id()) ? ticket : open.getKey();
      }
    } else {
      openTickets.remove(ticket);
    }
    PeerId id = peer.id();
    Answer said =
        new Answer(answer.question(), ticket, answer.atNanos(), answer.hashes(), answer.items());
    said.judge().handTo(new Arrival(id, said.question()));
  }

  /** Hands judged answers of one peer to the core. */
  private final class Arrival implements Answer.Receiver {
    private final PeerId id;
    private final Question question;

    Arrival(PeerId id, Question question) {
      this.id = id;
      this.question = question;
    }

    private void noteArrival(long ticket, Delivery<?> delivery) {
      if (ticket == question.ticket()) {
        watchers.forEach(watcher -> watcher.answered(id, question, delivery.verdict()));
      }
      mix(ticket);
      mix(delivery.items().size());
      note(
          () ->
              id
                  + " answers #"
                  + ticket
                  + " "
                  + delivery.verdict()
                  + " "
                  + delivery.items().size()
                  + " "
                  + delivery.evidence());
    }

    @Override
    public void onHashes(long ticket, Delivery<Hash> delivery) {
      noteArrival(ticket, delivery);
      perform(downloader.onHashes(id, ticket, delivery, now));
    }

    @Override
    public void onHeaders(long ticket, Delivery<BlockHeader> delivery) {
      noteArrival(ticket, delivery);
      perform(downloader.onHeaders(id, ticket, delivery, now));
    }

    @Override
    public void onBlocks(long ticket, Delivery<Block> delivery) {
      noteArrival(ticket, delivery);
      perform(downloader.onBlocks(id, ticket, delivery, now));
    }
  }

  private void queueStoreWork(Supplier<StoreEvent> work) {
    storeQueue.addLast(work);
    workOnStore();
  }

  private void workOnStore() {
    if (isStoreHeld || isStoreBusy || storeQueue.isEmpty()) {
      return;
    }
    isStoreBusy = true;
    long lived = life;
    in(
        1 + random.nextLong(STORE_NANOS_MAX),
        () -> {
          if (lived == life) {
            isStoreBusy = false;
            stepStore();
            workOnStore();
          }
        });
  }

  public boolean isStoreWorking() {
    return isStoreBusy || !storeQueue.isEmpty();
  }

  public long now() {
    return now;
  }

  public BlockStore store() {
    return store;
  }

  public DownloaderLimits limits() {
    return limits;
  }

  public Downloader downloader() {
    return downloader;
  }

  public Progress progress() {
    return downloader.snapshot(now);
  }

  public List<HaulSummary> done() {
    return done;
  }

  public List<Failure> failures() {
    return failures;
  }

  public Map<PeerId, HaulError> dropped() {
    return dropped;
  }

  public Map<PeerId, String> banned() {
    return banned;
  }

  public Map<Hash, HaulError> refusedHeads() {
    return refusedHeads;
  }

  public List<HaulError> refusedDeliveries() {
    return refusedDeliveries;
  }

  public Map<PeerId, SimulatedPeer> connected() {
    return connected;
  }

  /** Whether the haul that ended last has come to its end, and not to a failure. */
  public boolean isLastHaulDone() {
    return isLastHaulDone;
  }

  /** The invariant that broke; empty where none has. */
  public String violation() {
    return violation;
  }

  /** The same for two runs that did the same. */
  public long digest() {
    return digest;
  }

  public List<String> trace() {
    return trace;
  }

  private record Event(long atNanos, long order, Runnable what) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /** Performs the actions of the core in this world. */
  private final class World implements Effects {
    @Override
    public void requestHashes(PeerId peer, long ticket, Hash from, int max) {
      ask(peer, new Question.Hashes(ticket, from, max));
    }

    @Override
    public void requestHeaders(PeerId peer, long ticket, HeaderQuery query) {
      ask(peer, new Question.Headers(ticket, query));
    }

    @Override
    public void requestBlocks(PeerId peer, long ticket, List<Hash> hashes) {
      ask(peer, new Question.Blocks(ticket, hashes));
    }

    @Override
    public void requestBodies(PeerId peer, long ticket, List<BlockHeader> headers) {
      ask(peer, new Question.Bodies(ticket, headers));
    }

    @Override
    public void dropPeer(PeerId peer, HaulError error) {
      note(() -> "drop " + peer + " " + error);
      dropped.put(peer, error);
      connected.remove(peer);
    }

    @Override
    public void banPeer(PeerId peer, Verdict verdict, String evidence) {
      note(() -> "ban " + peer + " " + evidence);
      banned.put(peer, evidence);
      connected.remove(peer);
    }

    @Override
    public void refuseDelivery(PeerId peer, long ticket, HaulError error) {
      refusedDeliveries.add(error);
    }

    @Override
    public void refuseHead(Hash head, HaulError error) {
      note(() -> "refuse " + head + " " + error);
      refusedHeads.put(head, error);
    }

    @Override
    public void prepareHaul(long haul, Hash anchor, boolean isAnchorTrusted) {
      queueStoreWork(() -> storeWork.prepare(haul, anchor, isAnchorTrusted));
    }

    @Override
    public void prepareGap(long haul, Gap gap) {
      queueStoreWork(() -> storeWork.prepareGap(haul, gap));
    }

    @Override
    public void skipBlocks(long haul, HashChain chain, long anchorNumber, long from, long to) {
      note(() -> "skip " + from + " to " + to);
      queueStoreWork(() -> storeWork.skip(haul, chain, anchorNumber, from, to));
    }

    @Override
    public void blocksUnserved(long first, long last) {
      note(() -> "unserved " + first + " to " + last);
    }

    @Override
    public void appendHeaders(long haul, HashChain chain, List<BlockHeader> newestFirst) {
      queueStoreWork(() -> storeWork.appendHeaders(haul, chain, newestFirst));
    }

    @Override
    public void appendLinks(long haul, HashChain chain, List<Hash> newestFirst, Hash next) {
      queueStoreWork(() -> storeWork.appendLinks(haul, chain, newestFirst, next));
    }

    @Override
    public void loadLinks(long haul, HashChain chain, long anchorNumber, long number, int max) {
      queueStoreWork(() -> storeWork.loadLinks(haul, chain, anchorNumber, number, max));
    }

    @Override
    public void insertBlocks(long haul, List<Block> run, boolean endsHaul) {
      note(() -> "insert " + run.get(0).number() + "+" + run.size());
      insertCheck.violation(run).ifPresent(Simulation.this::violate);
      queueStoreWork(() -> storeWork.insert(haul, run, endsHaul));
    }

    @Override
    public void finishHaul(long haul, HashChain chain) {
      queueStoreWork(() -> storeWork.finish(haul, chain));
    }

    @Override
    public void discardLinks(HashChain chain, boolean isAnchorTrusted) {
      queueStoreWork(
          () -> {
            storeWork.discard(chain, isAnchorTrusted);
            return (core, at) -> List.of();
          });
    }

    @Override
    public void recordBan(Hash hash, String evidence) {
      queueStoreWork(
          () -> {
            storeWork.putBan(hash, evidence);
            return (core, at) -> List.of();
          });
    }

    @Override
    public void forgetBan(Hash hash) {
      queueStoreWork(
          () -> {
            storeWork.removeBan(hash);
            return (core, at) -> List.of();
          });
    }

    @Override
    public void haulStarted(long haul, Hash anchor, Optional<PeerId> origin) {
      note(() -> "haul " + haul + " to " + anchor.shortHex() + " of " + origin);
    }

    @Override
    public void haulDone(HaulSummary summary) {
      note(() -> "done " + summary);
      done.add(summary);
      isLastHaulDone = true;
    }

    @Override
    public void haulFailed(HaulSummary summary, HaulError error, String explanation) {
      note(() -> "failed " + error + ": " + explanation);
      failures.add(new Failure(summary, error, explanation));
      isLastHaulDone = false;
    }
  }
}
