package dev.windlass.downloader;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.Evidence;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.rules.BlockBreach;
import dev.windlass.chain.store.Floor;
import dev.windlass.chain.store.Gap;
import dev.windlass.chain.store.Link;
import dev.windlass.downloader.links.HashChain;
import dev.windlass.peerset.PeerKind;
import dev.windlass.peerset.Request;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The core. It turns events into actions, from an announced head to the last insert.
 *
 * <p>Owned by one thread, which also performs the actions, in their order. It reads no clock, makes
 * no random numbers and never waits. Time and randomness are arguments. {@link #nextDeadlineNanos}
 * returns when {@link #onTime} is due. At most one sync runs. Other anchors and heads wait until it
 * ends.
 */
public final class Downloader {
  private static final long NEVER = Long.MAX_VALUE;

  private final CoreState context;
  private final NextSync nextSync;
  private final Turn turn;
  private Sync sync;
  private Phase phase;
  private long lastSync;
  private boolean isTerminated;

  /**
   * Starts idle, with the state of the store.
   *
   * @param floor where the stored range begins
   * @param bans the banned hashes as they were stored
   * @param trust what every chain must pass through
   * @param random picks the links to cross-check. A peer must not be able to predict them
   */
  public Downloader(
      DownloaderLimits limits,
      Floor floor,
      BlockId tip,
      Map<Hash, String> bans,
      Trust trust,
      RandomGenerator random) {
    this.context = new CoreState(limits, floor, tip, bans, trust, random);
    this.nextSync = new NextSync(context);
    this.turn = new Turn(context, nextSync);
    this.phase = new Idle(context, nextSync);
  }

  /**
   * A peer has connected. It is dropped if it is banned, or if its head is.
   *
   * @param said the peer's own announcement
   */
  public List<Action> onPeer(PeerId id, PeerKind kind, Announcement said, long nowNanos) {
    context.nowNanos = nowNanos;
    if (isTerminated) {
      return List.of();
    }
    context.admit(id, kind, said);
    return progress();
  }

  /**
   * An untrusted peer has connected. It may be asked for any block, but the head that it claims
   * starts no sync.
   */
  public List<Action> onUntrustedPeer(PeerId id, PeerKind kind, Announcement said, long nowNanos) {
    if (context.peers.peer(id).isEmpty()) {
      context.heads.disregard(id);
    }
    return onPeer(id, kind, said, nowNanos);
  }

  /** How a peer is treated has changed, whether or not it is connected. */
  public List<Action> onStanding(PeerId id, Consumer<PeerStanding> change, long nowNanos) {
    context.nowNanos = nowNanos;
    change.accept(new PeerStanding(context, id));
    return progressAfter(id);
  }

  public List<Action> onPeerGone(PeerId id, long nowNanos) {
    context.nowNanos = nowNanos;
    boolean wasThere = context.peers.peer(id).isPresent();
    context.forget(id);
    if (wasThere) {
      phase.onPeerGone(id);
    }
    return progress();
  }

  /**
   * A head was announced. An operator's anchor is always synced. A peer's head is synced if it is
   * better than the tip.
   */
  public List<Action> onAnnouncement(Announcement said, long nowNanos) {
    context.nowNanos = nowNanos;
    if (isTerminated) {
      return List.of();
    }
    context.tally.announcements++;
    if (context.bans.has(said.head().hash())) {
      context.act(new Action.RefuseHead(said.head().hash(), SyncError.BANNED_HEAD));
      said.source().ifPresent(peer -> lose(peer, SyncError.BANNED_HEAD));
    } else if (said.source().isEmpty()) {
      if (!context.anchors.add(said.head().hash(), nowNanos)) {
        context.act(new Action.RefuseHead(said.head().hash(), SyncError.BUSY));
      }
    } else {
      PeerId peer = said.source().get();
      if (context.peers.peer(peer).isPresent()) {
        context.claim(peer, said, true);
      } else {
        context.act(new Action.RefuseHead(said.head().hash(), SyncError.UNKNOWN_PEER));
      }
    }
    return progress();
  }

  /**
   * An operator withdraws an anchor. If its sync runs, the sync ends. The links and blocks that it
   * stored stay.
   */
  public List<Action> onWithdraw(Hash anchor, long nowNanos) {
    context.nowNanos = nowNanos;
    if (context.anchors.remove(anchor) && isSyncOf(anchor)) {
      sync.fail(phase.cancelled(), Optional.empty(), "the anchor was withdrawn");
    }
    return progress();
  }

  private boolean isSyncOf(Hash anchor) {
    return sync != null && sync.isOperators() && sync.anchor.equals(anchor);
  }

  /**
   * A peer announced a whole block. Its body was already proven against its header.
   *
   * @param said the announcement of this block by the same peer
   */
  public List<Action> onBlockAnnounced(Announcement said, Block block, long nowNanos) {
    context.nowNanos = nowNanos;
    if (!isTerminated) {
      context.orphans.offer(said, block);
    }
    return onAnnouncement(said, nowNanos);
  }

  private void lose(PeerId peer, SyncError error) {
    context.drop(peer, error);
    phase.onPeerGone(peer);
  }

  /**
   * A peer has answered.
   *
   * @param question the question that the delivery was judged by
   * @param delivery the judged answer, whose items are proven by their own hashes
   */
  public <T> List<Action> onDelivery(
      PeerId peer, long ticket, Question<T> question, Delivery<T> delivery, long nowNanos) {
    context.nowNanos = nowNanos;
    if (!phase.takesAnswers()) {
      closeRequest(peer, ticket, delivery);
    } else if (context.peers.peer(peer).isPresent()) {
      question.hand(turn.receiver(ticket, phase), peer, ticket, delivery);
    }
    context.noteNothing(peer, question, delivery);
    return progressAfter(peer);
  }

  /** Uses an answer only to judge its sender. */
  private void closeRequest(PeerId peer, long ticket, Delivery<?> delivery) {
    context.complete(peer, ticket, delivery.items().size(), delivery.bytes());
    context.punish(peer, delivery);
    if (sync == null) {
      context.act(new Action.RefuseDelivery(peer, ticket, SyncError.NO_SYNC_ACTIVE));
    }
  }

  /** A peer has sent what no question asked for. */
  public List<Action> onOffence(
      PeerId peer, Offence offence, String evidence, Optional<Evidence> proof, long nowNanos) {
    context.nowNanos = nowNanos;
    context.punish(peer, offence, evidence, proof);
    return progressAfter(peer);
  }

  /**
   * Part of an answer has arrived, at a pace worth waiting for.
   *
   * @param bytes that arrived since the last call
   */
  public List<Action> onReceiving(PeerId peer, long bytes, long nowNanos) {
    context.nowNanos = nowNanos;
    boolean isComing = phase.mayAskForLarge() && context.peers.receiving(peer, nowNanos);
    if (isComing && phase.isMovedByBytes()) {
      sync.receiving(bytes, context);
    }
    return progress();
  }

  /** A delivery may have banned the peer. */
  private List<Action> progressAfter(PeerId peer) {
    if (context.peers.peer(peer).isEmpty()) {
      phase.onPeerGone(peer);
    }
    return progress();
  }

  /**
   * The store has looked up which part of the chain it holds.
   *
   * @param joinHeights numbers at which the chain may meet what is stored, highest first
   */
  public List<Action> onPrepared(
      long syncId, HashChain chain, List<Long> joinHeights, long nowNanos) {
    return onStored(syncId, nowNanos, () -> enter(phase.onPrepared(chain, joinHeights)));
  }

  public List<Action> onAppended(long syncId, HashChain chain, int stored, long nowNanos) {
    return onStored(syncId, nowNanos, () -> phase.onAppended(chain, stored));
  }

  /**
   * The store has loaded links.
   *
   * @param banned the lowest of them that was banned after it was stored
   */
  public List<Action> onLinksLoaded(
      long syncId, List<Link> oldestFirst, Optional<Link> banned, long nowNanos) {
    Runnable loaded =
        () -> {
          banned.ifPresent(sync::failAtBan);
          phase.onLinksLoaded(oldestFirst);
        };
    return onStored(syncId, nowNanos, loaded);
  }

  public List<Action> onInserted(long syncId, BlockId tip, int blocks, long bytes, long nowNanos) {
    context.tip = tip;
    return onStored(syncId, nowNanos, () -> phase.onInserted(tip, blocks, bytes));
  }

  /**
   * The processor found an invalid block. The chain is invalid, and the peer that delivered the
   * block is not blamed.
   */
  public List<Action> onInsertFailed(long syncId, BlockBreach breach, long nowNanos) {
    return onStored(
        syncId,
        nowNanos,
        () -> RejectedBlock.fail(context, sync, phase.senderOf(breach.block().hash()), breach));
  }

  /** Notes which bodies of the canonical chain the store lacks. */
  public void noteGaps(List<Gap> gaps) {
    context.fill.note(gaps);
  }

  /**
   * The store has passed over blocks that no peer serves.
   *
   * @param last the highest of them
   */
  public List<Action> onSkipped(long syncId, BlockId last, BlockId tip, long nowNanos) {
    context.tip = tip;
    return onStored(syncId, nowNanos, () -> phase.onSkipped(last));
  }

  /** The store cannot pass over these blocks, since they lie beside the canonical chain. */
  public List<Action> onSkipRefused(long syncId, BlockId first, long nowNanos) {
    String explanation = "no peer has block " + first + ", which lies beside the canonical chain";
    return onStored(
        syncId,
        nowNanos,
        () -> sync.fail(SyncError.PEERS_UNAVAILABLE, Optional.empty(), explanation));
  }

  /**
   * The stored range begins elsewhere.
   *
   * @param chain what is left of the chain of the sync
   * @param stored how many headers were added
   */
  public List<Action> onFloor(
      long syncId, Floor floor, BlockId tip, HashChain chain, int stored, long nowNanos) {
    context.nowNanos = nowNanos;
    context.move(floor, tip);
    if (stored == 0) {
      context.act(new Action.HistoryBegins(floor.root()));
    }
    return onStored(syncId, nowNanos, () -> phase.onAppended(chain, stored));
  }

  /** The stored range begins higher, unless a reorg has made that impossible meanwhile. */
  public List<Action> onRaised(Floor floor, BlockId tip, long nowNanos) {
    context.nowNanos = nowNanos;
    if (!floor.equals(context.floor)) {
      context.move(floor, tip);
      context.act(new Action.HistoryBegins(floor.root()));
    }
    context.pruning.moved();
    return progress();
  }

  /** The stored range cannot begin there, and no peer is to blame. */
  public List<Action> onFloorRefused(long syncId, String why, long nowNanos) {
    return onStored(syncId, nowNanos, () -> sync.failUnlinked(why));
  }

  public List<Action> onFinished(long syncId, BlockId tip, long nowNanos) {
    context.tip = tip;
    return onStored(syncId, nowNanos, phase::onFinished);
  }

  /** Handles a result of the store, unless it is for an earlier sync. */
  private List<Action> onStored(long syncId, long nowNanos, Runnable event) {
    context.nowNanos = nowNanos;
    if (sync != null && sync.id == syncId) {
      event.run();
      if (phase.isDone()) {
        done();
      }
    }
    return progress();
  }

  private void done() {
    context.act(new Action.SyncDone(sync.summary(context)));
    sync.settle(context);
    end();
  }

  /**
   * Tells how much the line may carry. Call it before an event, if there is a limit.
   *
   * @param bytesPerSecond 0 if there is no limit
   * @param freeAtNanos from when on more may be asked for
   */
  public void limitLine(long bytesPerSecond, long freeAtNanos) {
    context.line.set(bytesPerSecond, freeAtNanos);
  }

  /** A deadline may have passed. */
  public List<Action> onTime(long nowNanos) {
    context.nowNanos = nowNanos;
    return progress();
  }

  /**
   * Ends the active sync, if any, and removes its anchor if an operator named it. Its stored links
   * and blocks stay.
   */
  public List<Action> onCancel(long nowNanos) {
    return cancel("it was cancelled", nowNanos);
  }

  private List<Action> cancel(String why, long nowNanos) {
    context.nowNanos = nowNanos;
    if (sync != null) {
      context.anchors.remove(sync.anchor);
      sync.fail(phase.cancelled(), why);
    }
    return progress();
  }

  /** Ends the active sync and starts no other. */
  public List<Action> onTerminate(long nowNanos) {
    isTerminated = true;
    context.nowNanos = nowNanos;
    context.keepScores();
    return cancel("this node stops", nowNanos);
  }

  /**
   * Starts no sync until a time. The active one asks only for what is missing between its blocks,
   * and goes on after the pause. A pause replaces the one before.
   */
  public List<Action> onPause(long untilNanos, long nowNanos) {
    context.nowNanos = nowNanos;
    turn.pause(untilNanos);
    return progress();
  }

  /** Ends a pause before its time. */
  public List<Action> onResume(long nowNanos) {
    context.nowNanos = nowNanos;
    turn.resume();
    return progress();
  }

  /** Moves as far as possible. Every event ends here. */
  private List<Action> progress() {
    if (sync != null) {
      sync.passStoreTime(context.nowNanos);
    }
    context.pass();
    turn.endPause();
    expire();
    move();
    turn.end(sync, phase);
    if (sync != null && sync.hasFailed()) {
      move();
    }
    if (sync != null) {
      sync.noteStore(isStoreWaitedFor(), context.nowNanos);
    } else if (!isTerminated) {
      context.pruning.step();
    }
    return context.takeActions();
  }

  private void move() {
    boolean isMoving = true;
    while (isMoving) {
      Phase before = phase;
      enter(phase.progress());
      if (sync != null && sync.hasFailed()) {
        fail();
      }
      isMoving = phase != before || startNext();
    }
  }

  private void enter(Phase next) {
    phase = next;
  }

  private void expire() {
    for (Request request : context.peers.expire(context.nowNanos)) {
      context.tally.timeouts++;
      turn.onOverdue(request);
      phase.onOverdue(request);
    }
    if (context.nowNanos >= stalledAtNanos()) {
      String waiting = phase.waiting().map(reason -> " with waiting=" + reason).orElse("");
      sync.failSlow(Sync.TOO_SLOW + waiting);
    }
    turn.onTime(sync, phase);
  }

  /**
   * When the sync fails unless enough arrives before. It never fails while it waits for the store.
   */
  private long stalledAtNanos() {
    return sync == null || isStoreWaitedFor()
        ? NEVER
        : sync.pacedNanos() + context.limits.progressDeadlineNanos();
  }

  private boolean isStoreWaitedFor() {
    return phase.isClosing()
        || phase.waiting().filter(r -> r == Progress.WaitingReason.STORE_BUSY).isPresent();
  }

  private void fail() {
    FailedSync failed = new FailedSync(context, sync);
    failed.report();
    end();
    failed.blame();
  }

  private void end() {
    context.queue.reset();
    if (sync.origin.isPresent()) {
      // After the parent of announced blocks these blocks are next.
      boolean isParentThere = sync.isParentSync() && !sync.hasFailed();
      nextSync.headEnded(sync.isGivingWay() || isParentThere, sync.origin.get());
    }
    sync = null;
    enter(new Idle(context, nextSync));
  }

  /** Starts the sync that is due, if any. Announced blocks go first, since they need no request. */
  private boolean startNext() {
    if (sync != null || isTerminated || context.isPaused() || context.peers.size() == 0) {
      return false;
    }
    if (context.pruning.isMoving()) {
      return false;
    }
    Optional<Orphans.Descendants> ready = context.orphans.onTip();
    if (ready.isPresent()) {
      connect(ready.get());
      return true;
    }
    Optional<NextSync.Choice> next = nextSync.take();
    next.ifPresent(this::start);
    return next.isPresent();
  }

  /** Starts a sync of announced whole blocks. */
  private void connect(Orphans.Descendants ready) {
    sync = new Sync(++lastSync, NextSync.Choice.ofHead(ready.head()), context.nowNanos);
    context.tally.syncs++;
    context.act(new Action.SyncStarted(sync.id, sync.anchor, sync.origin));
    enter(new Connecting(context, sync, ready));
  }

  private void start(NextSync.Choice choice) {
    if (nextSync.refuses(choice)) {
      return;
    }
    Optional<Orphans.Descendants> ready = context.orphans.onAnchor(choice);
    if (ready.isPresent()) {
      connect(ready.get());
      return;
    }
    sync = new Sync(++lastSync, choice, context.nowNanos);
    context.tally.syncs++;
    context.peers.reset();
    context.queue.reset();
    context.ahead.clear();
    enter(new Preparing(context, sync));
    if (sync.gap.isEmpty() && !sync.isLowering) {
      context.act(new Action.SyncStarted(sync.id, sync.anchor, sync.origin));
    }
    context.store(sync.preparation(context.limits.history()));
  }

  /** When {@link #onTime} is due, if nothing else happens before. */
  public long nextDeadlineNanos() {
    if (isTerminated) {
      return NEVER;
    }
    long next = Math.min(context.nextNanos(), phase.nextDeadlineNanos());
    if (sync != null) {
      return Math.min(next, Math.min(stalledAtNanos(), turn.nextNanos(sync, phase)));
    }
    if (context.pruning.isMoving()) {
      // The store answers.
      return next;
    }
    return Math.min(next, context.isPaused() ? context.pausedUntilNanos : nextSync.nextNanos());
  }

  public boolean isIdle() {
    return sync == null;
  }

  /** What it holds at this moment. */
  public Holdings holdings() {
    return new Holdings(context, phase, turn);
  }

  /** The bans and points of peers, connected or not. */
  Conduct conduct() {
    return context.conduct;
  }

  public Optional<Progress.WaitingReason> waiting() {
    return phase.waiting();
  }

  /** Whether a question waits because it was just answered, or because its item is awaited. */
  public boolean isHoldingBack() {
    return context.isHoldingBack();
  }

  /** Throws if the counts of the queue or of the peer set are inconsistent. */
  public void checkInvariants() {
    context.queue.checkInvariants();
    context.peers.checkInvariants();
    context.announced.checkInvariants();
  }

  public Map<Hash, String> bans() {
    return Map.copyOf(context.bans.all());
  }

  /** Returns an immutable snapshot of the state. */
  public Progress snapshot(long nowNanos) {
    context.nowNanos = nowNanos;
    return Snapshot.of(context, phase, Optional.ofNullable(sync), nextSync, holdings().heldBytes());
  }
}
