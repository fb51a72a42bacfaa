package dev.windlass.sim;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.Action;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.ChainEvent;
import dev.windlass.downloader.CoreStart;
import dev.windlass.downloader.Downloader;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Effects;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.downloader.Trust;
import dev.windlass.downloader.links.BannedBlocks;
import dev.windlass.downloader.links.StoreEvent;
import dev.windlass.downloader.links.StoreJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Runs the unchanged core in virtual time, with simulated peers and the code of a real store.
 *
 * <p>Owned by one thread. Time moves only from one event to the next. Events at the same time
 * happen in the order in which they were scheduled. So the same seed gives the same run. Every
 * invariant is checked after every event.
 */
public final class Simulation {
  /** A sync that failed, with its error. */
  public record Failure(SyncSummary summary, SyncError error, String explanation) {}

  private static final int CHECKED_ALWAYS = 2_048;
  private static final int EVENTS_UNCHECKED_MAX = 32;

  private final DownloaderLimits limits;
  private final BlockStore store;
  private final Trust trust;
  private final RandomGenerator random;

  private final Timeline timeline = new Timeline();
  private final RunLog runLog = new RunLog(timeline);
  private final Map<PeerId, SimulatedPeer> connected = new LinkedHashMap<>();
  private final Map<Long, PeerId> openTickets = new LinkedHashMap<>();
  private final List<SyncSummary> done = new ArrayList<>();
  private final List<Failure> failures = new ArrayList<>();
  private final Map<PeerId, SyncError> dropped = new LinkedHashMap<>();
  private final Map<PeerId, String> banned = new LinkedHashMap<>();
  private final Map<PeerId, SimulatedPeer> bannedPeers = new LinkedHashMap<>();
  private final Map<Hash, SyncError> refusedHeads = new LinkedHashMap<>();
  private final List<SyncError> refusedDeliveries = new ArrayList<>();
  private final List<Invariant> invariants = new ArrayList<>();

  private final List<Watcher> watchers = new ArrayList<>();
  private InsertCheck insertCheck = run -> Optional.empty();
  private Downloader downloader;
  private StoreLine storeLine;
  private ChainFollower follower;
  private long life;
  private int eventsUnchecked;
  private boolean isPaused;
  private boolean isLastSyncDone;
  private long unserved;

  public Simulation(DownloaderLimits limits, BlockStore store, RandomGenerator random) {
    this(limits, store, Trust.ROOT_ONLY, random);
  }

  public Simulation(
      DownloaderLimits limits, BlockStore store, Trust trust, RandomGenerator random) {
    this.limits = limits;
    this.store = store;
    this.trust = trust;
    this.random = random;
    startCore();
  }

  private void startCore() {
    BannedBlocks.of(store, trust)
        .forget()
        .forEach(rewind -> runLog.note(() -> "rewind to " + rewind.change().tip()));
    downloader = CoreStart.of(limits, store, trust, random, wallNow(), now());
    storeLine = new StoreLine(this, store, trust, random);
    follower = new ChainFollower(store);
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

  /** Schedules an event. */
  public void at(long nanos, Runnable what) {
    timeline.at(nanos, what);
  }

  public void in(long nanos, Runnable what) {
    at(now() + nanos, what);
  }

  /** Connects a peer that claims this head. */
  public void connect(SimulatedPeer peer, Hash head, long headNumber) {
    connect(peer, Announcement.ofPeer(peer.id(), head, headNumber), true);
  }

  /**
   * Connects a peer.
   *
   * @param said the announcement of its own head
   * @param isFollowed whether its heads are followed. If not, it is an untrusted peer
   */
  public void connect(SimulatedPeer peer, Announcement said, boolean isFollowed) {
    connected.put(peer.id(), peer);
    watchers.forEach(watcher -> watcher.connected(peer.id()));
    runLog.note(
        () ->
            (isFollowed ? "connect " : "untrusted ")
                + peer.id()
                + " "
                + peer.kind()
                + " "
                + peer.traits().brief()
                + RunLog.brief(said));
    perform(
        isFollowed
            ? downloader.onPeer(peer.id(), peer.kind(), said, now())
            : downloader.onUntrustedPeer(peer.id(), peer.kind(), said, now()));
  }

  /** Connects a peer whose head is that of the chain it serves. */
  public void connect(SimulatedPeer peer) {
    connect(peer, peer.chain().head().hash(), peer.chain().head().number());
  }

  public void disconnect(PeerId id) {
    if (connected.remove(id) != null) {
      runLog.note(() -> "leave " + id);
      perform(downloader.onPeerGone(id, now()));
    }
  }

  public void announce(Announcement announcement) {
    runLog.note(
        () ->
            announcement.source().map(source -> source + " announces").orElse("operator names")
                + RunLog.brief(announcement));
    announcement.source().ifPresent(this::seeAnnounced);
    perform(downloader.onAnnouncement(announcement, now()));
  }

  private void seeAnnounced(PeerId peer) {
    watchers.forEach(watcher -> watcher.announced(peer));
  }

  /** A peer announces a whole block. */
  public void announce(Announcement said, Block block) {
    runLog.note(() -> said.source().orElseThrow() + " sends new block " + block.id());
    said.source().ifPresent(this::seeAnnounced);
    perform(downloader.onBlockAnnounced(said, block, now()));
  }

  public void sync(Hash anchor) {
    announce(Announcement.ofOperator(anchor));
  }

  /** The operator withdraws an anchor. */
  public void withdraw(Hash anchor) {
    runLog.note(() -> "withdraw " + anchor.shortHex());
    perform(downloader.onWithdraw(anchor, now()));
  }

  public void cancel() {
    perform(downloader.onCancel(now()));
  }

  public void pause(long nanos) {
    perform(downloader.onPause(now() + nanos, now()));
  }

  public void resume() {
    perform(downloader.onResume(now()));
  }

  public boolean isPaused() {
    return isPaused;
  }

  /** Calls the core with an event that no peer of this simulation caused. */
  public void tell(Function<Downloader, List<Action>> event) {
    perform(event.apply(downloader));
  }

  /**
   * Kills the process and starts it again. The store keeps its data, and its waiting jobs are lost.
   */
  public void restart() {
    restart(this::connect);
  }

  /**
   * The same.
   *
   * @param reconnect takes each peer that was connected, in order, and then each that was banned
   */
  public void restart(Consumer<SimulatedPeer> reconnect) {
    runLog.note(() -> "restart with tip " + store.tip());
    life++;
    isPaused = false;
    isLastSyncDone = false;
    openTickets.clear();
    boolean isHeld = storeLine.isHeld();
    startCore();
    storeLine.hold(isHeld);
    List<SimulatedPeer> before = new ArrayList<>(connected.values());
    connected.clear();
    // Banned peers try again too. The bans that the store has kept refuse them.
    before.addAll(bannedPeers.values());
    bannedPeers.clear();
    before.forEach(reconnect);
  }

  /** Holds the store, which then does nothing, or releases it. */
  public void holdStore(boolean isHeld) {
    storeLine.hold(isHeld);
  }

  /** Lets the held store do exactly one job. */
  public void stepStore() {
    storeLine.step();
  }

  /** Passes a result of the store to the core. */
  void tellCore(StoreEvent event) {
    event.change().flatMap(follower::follow).ifPresent(runLog::violate);
    perform(event.news().tell(downloader, now()));
  }

  /** Whether this is the store's line of the last start. */
  boolean isCurrent(StoreLine line) {
    return line == storeLine;
  }

  /**
   * Runs until the condition holds, the time is over or an invariant is violated.
   *
   * @return whether the condition holds
   */
  public boolean runUntil(BooleanSupplier condition, long deadlineNanos) {
    while (!runLog.isViolated() && !condition.getAsBoolean()) {
      long core = Math.max(downloader.nextDeadlineNanos(), now());
      long at = Math.min(timeline.nextNanos(), core);
      if (at > deadlineNanos) {
        timeline.moveTo(deadlineNanos);
        return false;
      }
      timeline.moveTo(at);
      if (timeline.nextNanos() > at) {
        tellTime();
      } else {
        timeline.runNext();
      }
      checkInvariants();
    }
    return !runLog.isViolated() && condition.getAsBoolean();
  }

  private void tellTime() {
    runLog.note(() -> "time");
    perform(downloader.onTime(now()));
    if (downloader.nextDeadlineNanos() <= now()) {
      runLog.violate("the core asks for time " + now() + " again at once");
    }
  }

  /** The core checks each number of its window, so a large one is checked more seldom. */
  private void checkInvariants() {
    var held = downloader.holdings();
    boolean isSmall = held.missingBlocks() + held.bufferedBlocks() <= CHECKED_ALWAYS;
    if (isSmall || ++eventsUnchecked == EVENTS_UNCHECKED_MAX) {
      downloader.checkInvariants();
      eventsUnchecked = 0;
    }
    for (Invariant invariant : invariants) {
      invariant.violation(this).ifPresent(runLog::violate);
    }
  }

  private void perform(List<Action> actions) {
    for (Action action : actions) {
      runLog.mix(now());
      runLog.mix(action.getClass().getSimpleName().hashCode());
      action.perform(new World());
    }
  }

  private void ask(PeerId id, Asked question) {
    runLog.mix(question.ticket());
    runLog.note(() -> "ask " + id + " " + question.brief());
    watchers.forEach(watcher -> watcher.asked(id, question).ifPresent(runLog::violate));
    BanRules.violation(store, id, wallNow()).ifPresent(runLog::violate);
    if (openTickets.put(question.ticket(), id) != null) {
      runLog.violate("ticket " + question.ticket() + " was used twice");
    }
    SimulatedPeer peer = connected.get(id);
    if (peer == null) {
      return;
    }
    List<Answer> answers = peer.ask(question, now());
    if (!answers.isEmpty() || peer.traits().fault() == Fault.DRAWLING) {
      seeReceiving(peer);
    }
    for (Answer answer : answers) {
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

  /** Notices bytes of incomplete answers each second. */
  private void seeReceiving(SimulatedPeer peer) {
    long bytes = peer.receivedPerSecond();
    for (long nanos : peer.receivingNanos()) {
      long lived = life;
      at(
          nanos,
          () -> {
            if (lived == life && connected.get(peer.id()) == peer) {
              perform(downloader.onReceiving(peer.id(), bytes, now()));
            }
          });
    }
  }

  private void receive(SimulatedPeer peer, Answer answer) {
    if (connected.get(peer.id()) != peer) {
      return;
    }
    long ticket = answer.ticket();
    if (peer.traits().fault() == Fault.CROSS_ANSWERING) {
      for (Map.Entry<Long, PeerId> open : openTickets.entrySet()) {
        ticket = open.getValue().equals(peer.id()) ? ticket : open.getKey();
      }
    } else {
      openTickets.remove(ticket);
    }
    new Answer(answer.asked(), ticket, answer.atNanos(), answer.items())
        .judge()
        .handTo(new Arrival(peer.id(), answer.asked()));
  }

  /** Hands judged answers of one peer to the core. */
  private final class Arrival implements Answer.Receiver {
    private final PeerId id;
    private final Asked asked;

    Arrival(PeerId id, Asked asked) {
      this.id = id;
      this.asked = asked;
    }

    @Override
    public <T> void receive(long ticket, Question<T> question, Delivery<T> delivery) {
      if (ticket == asked.ticket()) {
        watchers.forEach(watcher -> watcher.answered(id, asked, delivery.verdict()));
      }
      watchers.forEach(watcher -> watcher.received(id, asked, delivery));
      runLog.mix(ticket);
      runLog.mix(delivery.items().size());
      runLog.note(
          () ->
              id
                  + " answers #"
                  + ticket
                  + " "
                  + delivery.verdict()
                  + " "
                  + delivery.items().size()
                  + (delivery.evidence().isEmpty() ? "" : " " + delivery.evidence()));
      perform(downloader.onDelivery(id, ticket, question, delivery, now()));
    }
  }

  /** The wall clock, which begins at 1970 with the simulation. */
  private Instant wallNow() {
    return Instant.EPOCH.plusNanos(now());
  }

  public boolean isStoreWorking() {
    return storeLine.isWorking();
  }

  public long now() {
    return timeline.now();
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
    return downloader.snapshot(now());
  }

  public List<SyncSummary> done() {
    return done;
  }

  public List<Failure> failures() {
    return failures;
  }

  public Map<PeerId, SyncError> dropped() {
    return dropped;
  }

  public Map<PeerId, String> banned() {
    return banned;
  }

  public Map<Hash, SyncError> refusedHeads() {
    return refusedHeads;
  }

  public List<SyncError> refusedDeliveries() {
    return refusedDeliveries;
  }

  public Map<PeerId, SimulatedPeer> connected() {
    return connected;
  }

  /** Whether the last sync has ended without failure. */
  public boolean isLastSyncDone() {
    return isLastSyncDone;
  }

  /** The number of blocks that were passed over because no peer served them. */
  public long unserved() {
    return unserved;
  }

  /** What happened. */
  public RunLog runLog() {
    return runLog;
  }

  /** Performs the actions of the core in this world. */
  private final class World implements Effects {
    @Override
    public void ask(PeerId peer, long ticket, Question<?> question) {
      Simulation.this.ask(peer, new Asked(ticket, question));
    }

    @Override
    public void dropPeer(PeerId peer, SyncError error) {
      runLog.note(() -> "drop " + peer + " " + error);
      dropped.put(peer, error);
      connected.remove(peer);
    }

    @Override
    public void banPeer(Action.BanPeer ban) {
      runLog.note(() -> "ban " + ban.peer() + " " + ban.evidence());
      banned.put(ban.peer(), ban.evidence());
      SimulatedPeer peer = connected.remove(ban.peer());
      if (peer != null) {
        bannedPeers.put(ban.peer(), peer);
      }
      BanRules.violation(ban).ifPresent(runLog::violate);
      store(new StoreJob.RecordPeerBan(ban.from("", wallNow()), ban.proof()));
    }

    @Override
    public void pardonPeer(PeerId peer) {
      store(new StoreJob.PardonPeer(peer));
    }

    @Override
    public void scorePeer(Action.ScorePeer score) {
      Optional.ofNullable(connected.get(score.peer()))
          .flatMap(peer -> BanRules.violation(score, peer.traits().fault()))
          .ifPresent(runLog::violate);
      store(new StoreJob.RecordPeerScore(score.at(wallNow())));
    }

    @Override
    public void refuseDelivery(PeerId peer, long ticket, SyncError error) {
      refusedDeliveries.add(error);
    }

    @Override
    public void refuseHead(Hash head, SyncError error) {
      runLog.note(() -> "refuse " + head.shortHex() + " " + error);
      refusedHeads.put(head, error);
    }

    @Override
    public void checkpointPassed(BlockId checkpoint) {
      runLog.note(() -> "checkpoint passed " + checkpoint);
    }

    @Override
    public void historyBegins(BlockId lowest) {
      runLog.note(() -> "history begins at " + lowest);
    }

    @Override
    public void pauseChanged(long nanos) {
      isPaused = nanos > 0;
      runLog.note(() -> nanos == 0 ? "resumed" : "paused for " + nanos / 1_000 + " us");
    }

    @Override
    public void blocksUnserved(long first, long last) {
      runLog.note(() -> "unserved " + first + " to " + last);
      unserved += last - first + 1;
    }

    @Override
    public void rejectBlock(ChainEvent.Rejected rejected) {
      runLog.note(() -> "reject " + rejected.block() + " " + rejected.code());
    }

    @Override
    public void store(StoreJob job) {
      runLog.note(() -> "store " + job.brief());
      if (job instanceof StoreJob.Insert insert) {
        insertCheck.violation(insert.run()).ifPresent(runLog::violate);
      }
      storeLine.add(job);
    }

    @Override
    public void syncStarted(long sync, Hash anchor, Optional<PeerId> origin) {
      runLog.note(
          () ->
              "sync "
                  + sync
                  + " to "
                  + anchor.shortHex()
                  + " of "
                  + origin.map(PeerId::name).orElse("operator"));
      watchers.forEach(watcher -> watcher.started(anchor, origin).ifPresent(runLog::violate));
    }

    @Override
    public void syncDone(SyncSummary summary) {
      runLog.note(
          () ->
              "done "
                  + summary.links()
                  + " links, "
                  + summary.blocks()
                  + " blocks, tip "
                  + summary.tip());
      done.add(summary);
      isLastSyncDone = true;
    }

    @Override
    public void syncFailed(SyncSummary summary, SyncError error, String explanation) {
      runLog.note(() -> "failed " + error + ": " + explanation);
      failures.add(new Failure(summary, error, explanation));
      isLastSyncDone = false;
    }
  }
}
