package dev.windlass.downloader;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.Evidence;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.chain.store.Floor;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.peerset.Origin;
import dev.windlass.peerset.Peer;
import dev.windlass.peerset.PeerKind;
import dev.windlass.peerset.PeerSet;
import dev.windlass.peerset.Wanted;
import dev.windlass.peerset.Wanted.Item;
import dev.windlass.queue.Reservation;
import dev.windlass.queue.ReservationQueue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The state that all phases share: the peers, the queue, the bans, the time of the current event
 * and its actions.
 *
 * <p>Owned by the downloader.
 */
public final class CoreState {
  private static final long NEVER = Long.MAX_VALUE;

  public final DownloaderLimits limits;
  public final PeerSet peers;
  public final ReservationQueue queue;
  public final BanSet bans;
  public final Conduct conduct;
  public final Checkpoints checkpoints;
  public final Anchors anchors;
  public final HeadClaims heads;
  public final GapFill fill = new GapFill();
  final UnservedBlocks unserved;
  public final Heights heights;
  public final AnnouncedBlocks announced;
  public final Orphans orphans = new Orphans(this);
  public final BlocksAhead ahead;
  private final AnnouncedHashes hashes;
  public final Tally tally = new Tally();
  public final RandomGenerator random;
  public final Lowering lowering = new Lowering(this);
  final Pruning pruning = new Pruning(this);
  final LineLimit line = new LineLimit();

  /** Where the stored range begins. */
  public Floor floor;

  /**
   * The highest root on which the chain of a synced operator's anchor stood. So a trusted hash
   * leads to all blocks below.
   */
  long trustedRoot = -1;

  public BlockId tip;
  public long nowNanos;

  /** Until when no sync starts. {@link Long#MIN_VALUE} if there is no pause. */
  public long pausedUntilNanos = Long.MIN_VALUE;

  /** The banned hashes that are not stored as such. */
  private final Set<Hash> untilRestart = new HashSet<>();

  private List<Action> actions = new ArrayList<>();
  private long lastTicket;

  private boolean isLineFull;

  /** When the first question is due that was held back since the last event. */
  private long heldBackUntilNanos = NEVER;

  public CoreState(
      DownloaderLimits limits,
      Floor floor,
      BlockId tip,
      Map<Hash, String> bans,
      Trust trust,
      RandomGenerator random) {
    this.limits = limits;
    this.peers = new PeerSet(limits.peers());
    this.unserved = new UnservedBlocks(peers, fill);
    this.heads = new HeadClaims(limits, peers);
    this.queue = new ReservationQueue(limits.queue());
    this.conduct = new Conduct(limits.banNanos());
    this.checkpoints = new Checkpoints(floor.root(), trust.checkpoints());
    Map<Hash, String> refused = new LinkedHashMap<>(bans);
    refused.keySet().removeIf(checkpoints::has);
    this.bans = new BanSet(limits.bannedHashesMax(), refused);
    this.anchors = new Anchors(limits.anchorsMax());
    this.heights = new Heights(peers, heads);
    this.announced = new AnnouncedBlocks(limits.announcedBytesMax());
    this.hashes = new AnnouncedHashes(limits.announcedWaitNanos());
    this.ahead = new BlocksAhead(limits.insertBytesMax());
    this.random = random;
    this.floor = floor;
    this.tip = tip;
  }

  /** The lowest stored block. */
  public BlockId root() {
    return floor.root();
  }

  /** Whether the next sync decides where the history begins, since no block is stored yet. */
  public boolean isFloorOpen() {
    return !limits.history().isAll() && tip.equals(floor.root());
  }

  /** The stored range begins elsewhere. */
  void move(Floor newFloor, BlockId newTip) {
    checkpoints.moveRoot(floor.root(), newFloor.root());
    floor = newFloor;
    tip = newTip;
  }

  public void act(Action action) {
    actions.add(action);
  }

  public void store(StoreJob job) {
    act(new Action.Store(job));
  }

  /** Notes what follows from the tip and the time of an event. */
  void pass() {
    heldBackUntilNanos = NEVER;
    isLineFull = false;
    announced.pass(tip, nowNanos);
    heights.stored(tip);
    for (BlockId passed : checkpoints.pass(tip)) {
      store(new StoreJob.RecordCheckpoint(passed));
      act(new Action.CheckpointPassed(passed));
    }
  }

  /** When something happens even if no event comes before, whatever the phase. */
  long nextNanos() {
    long next = Math.min(peers.nextDeadlineNanos(nowNanos), announced.nextNanos());
    return Math.min(next, heldBackUntilNanos);
  }

  public List<Action> takeActions() {
    List<Action> taken = actions;
    actions = new ArrayList<>();
    return taken;
  }

  public long nextTicket() {
    return ++lastTicket;
  }

  /** Asks a peer outside the queue for what no other peer is asked for. */
  public long ask(Peer peer, Question<?> question) {
    return ask(peer, question, Wanted.of(question), false);
  }

  /** Asks a peer outside the queue, also if other peers are asked for the same. */
  public long askToo(Peer peer, Question<?> question) {
    return ask(peer, question, Wanted.of(question), true);
  }

  /**
   * Asks a peer in a walk, which knows itself what it has asked for.
   *
   * @param bytes the expected size of the answer
   */
  public long ask(Peer peer, Question<?> question, long bytes) {
    return ask(peer, question, Wanted.walked(question, bytes), false);
  }

  private long ask(Peer peer, Question<?> question, Wanted wanted, boolean isCopy) {
    long ticket = nextTicket();
    peers.begin(peer.id(), ticket, wanted, isCopy, nowNanos);
    act(new Action.Ask(peer.id(), ticket, question));
    return ticket;
  }

  public void ask(Reservation reservation) {
    boolean isBlocks = reservation.kind() != Reservation.Kind.HEADERS;
    Wanted wanted =
        new Wanted(
            Optional.empty(),
            isBlocks ? Item.BLOCK : Item.HEADER,
            reservation.hashes(),
            reservation.size(),
            reservation.promisedBytes(),
            true);
    peers.begin(reservation.peer(), reservation.id(), wanted, reservation.isHedged(), nowNanos);
    act(new Action.Ask(reservation.peer(), reservation.id(), reservation.question()));
  }

  /**
   * Whether a peer is asked for an item already, and its answer is not late. The core looks again
   * when it is.
   */
  public boolean isAwaited(Item item, Hash hash) {
    return isHeldBack(peers.awaitedUntilNanos(item, hash));
  }

  /** The same of what is asked outside of the queue. */
  boolean isAwaitedBesides(Item item, Hash hash) {
    return peers.isAnyAskedBesides(item) && isHeldBack(peers.awaitedBesidesUntilNanos(item, hash));
  }

  /**
   * Whether a peer may be asked from there. If it has just answered the same with nothing, or owes
   * the answer, it may not. The core looks again when it may.
   */
  public boolean mayAsk(Peer peer, Origin origin) {
    return !isHeldBack(peer.vainUntilNanos(origin));
  }

  /** Whether a peer may be asked for a block. It may not if it still owes it to an earlier sync. */
  public boolean mayAsk(Peer peer, Hash block) {
    return !isHeldBack(peer.owedUntilNanos(block));
  }

  private boolean isHeldBack(long untilNanos) {
    boolean isHeldBack = untilNanos > nowNanos;
    heldBackUntilNanos = isHeldBack ? Math.min(heldBackUntilNanos, untilNanos) : heldBackUntilNanos;
    return isHeldBack;
  }

  /**
   * Whether one more question may be asked whose answer is large. The bandwidth that an operator
   * allows may be used up. Then the core looks again when it is not.
   */
  public boolean hasLineRoom() {
    if (!line.isSet()) {
      return true;
    }
    boolean hasRoom =
        !isHeldBack(line.freeAtNanos())
            && (peers.inFlight() == 0 || line.hasRoomFor(peers.bytesInFlight()));
    isLineFull |= !hasRoom;
    return hasRoom;
  }

  /** The most bytes that one answer should have, so that the line is not full for long. */
  public long answerBytesMax() {
    return line.answerBytesMax();
  }

  /** What a phase waits for that could ask its peers for more. */
  public Progress.WaitingReason waitingForPeers() {
    return isLineFull ? Progress.WaitingReason.BANDWIDTH_LIMIT : Progress.WaitingReason.PEERS_BUSY;
  }

  /** Whether a peer has just shown that it does not have this block. */
  boolean hasLackedLately(Peer peer, Hash block) {
    return peer.vainUntilNanos(Origin.block(block)) > nowNanos;
  }

  /** Notes what an answer shows its sender to lack, for a while and beyond this sync. */
  void noteNothing(PeerId peer, Question<?> question, Delivery<?> delivery) {
    boolean isNothing =
        delivery.verdict() == Verdict.EMPTY || delivery.verdict() == Verdict.OUT_OF_RANGE;
    List<Origin> lacking =
        question.blocks().isEmpty()
            ? Origin.of(question).filter(origin -> isNothing).stream().toList()
            : delivery.missing().stream().map(Origin::block).toList();
    peers.hasNothing(peer, lacking, nowNanos);
    if (isNothing && question instanceof Question.Bodies bodies) {
      peers.absentBeyond(peer, Item.BLOCK, bodies.headers().get(0).number());
    }
  }

  /** Whether a question waits because its item is awaited. */
  public boolean isHoldingBack() {
    return heldBackUntilNanos != NEVER;
  }

  /** Closes the request of an answer. False if there is no such request, or it is overdue. */
  public boolean complete(PeerId peer, long ticket, int items, long bytes) {
    return peers.complete(peer, ticket, items, bytes, nowNanos).isPresent();
  }

  /** Punishes the sender of an answer by the verdict. True if the sender is banned. */
  public boolean punish(PeerId peer, Delivery<?> delivery) {
    return Offence.of(delivery.verdict())
        .filter(offence -> punish(peer, offence, delivery.evidence(), delivery.proof()))
        .isPresent();
  }

  /** Punishes a peer for an offence. True if the peer is banned. */
  public boolean punish(PeerId peer, Offence offence, String evidence, Optional<Evidence> proof) {
    if (peers.peer(peer).isEmpty()) {
      return false;
    }
    if (!offence.bansAtOnce()) {
      if (offence == Offence.UNLINKED) {
        peers.demote(peer);
      }
      score(peer, offence, 1);
      if (!conduct.isBannable(peer, nowNanos)) {
        return false;
      }
    }
    ban(peer, offence, evidence, proof);
    return true;
  }

  /** Adds points, so many times those of the offence. Bans the peer if it has too many. */
  void addPoints(PeerId peer, Offence offence, int times, String evidence) {
    if (peers.peer(peer).isPresent()) {
      score(peer, offence, times);
      if (conduct.isBannable(peer, nowNanos)) {
        ban(peer, offence, evidence, Optional.empty());
      }
    }
  }

  /** Keeps the scores of all peers, since the node stops. */
  void keepScores() {
    peers.all().forEach(peer -> conduct.leaving(peer.id(), nowNanos).ifPresent(this::act));
  }

  private void score(PeerId peer, Offence offence, int times) {
    conduct.add(peer, offence, times, nowNanos).ifPresent(this::act);
  }

  void ban(PeerId peer, Offence offence, String evidence, Optional<Evidence> proof) {
    tally.peersBanned++;
    Action.BanPeer ban = conduct.ban(peer, offence, evidence, proof, nowNanos);
    forget(peer);
    act(ban);
  }

  /** Whether a head is known that the tip can be compared with. */
  public boolean isHeadKnown() {
    return limits.followsPeers() ? heads.isAny() : anchors.isAnySynced();
  }

  /**
   * Syncs no head of this peer for a while, since it broke the promise of a head, or stalled. It
   * may still be asked for blocks. A trusted peer has only the back-off of its failures.
   */
  public void coolDown(PeerId peer) {
    if (!conduct.isTrusted(peer)) {
      heads.coolDown(peer, nowNanos);
    }
  }

  public boolean isPaused() {
    return pausedUntilNanos != Long.MIN_VALUE;
  }

  /** A peer has connected. It is dropped if it is banned, or if its head is. */
  void admit(PeerId id, PeerKind kind, Announcement said) {
    Hash head = said.head().hash();
    if (conduct.isBanned(id, nowNanos)) {
      act(new Action.DropPeer(id, SyncError.BAD_PEER));
    } else if (bans.has(head)) {
      act(new Action.RefuseHead(head, SyncError.BANNED_HEAD));
      act(new Action.DropPeer(id, SyncError.BANNED_HEAD));
    } else if (peers.register(id, kind, said.head())) {
      fill.onPeer(nowNanos);
      lowering.onPeer();
      claim(id, said, false);
    }
  }

  /**
   * Takes over what a peer claims of its head.
   *
   * @param isFresh whether it was announced, and not only claimed at connect
   */
  void claim(PeerId peer, Announcement said, boolean isFresh) {
    peers.claim(peer, said.head());
    for (Map.Entry<Item, Long> lowest : said.lowest().entrySet()) {
      if (peers.servesFrom(peer, lowest.getKey(), lowest.getValue())) {
        // It may have the blocks of a gap now.
        fill.onPeer(nowNanos);
      }
    }
    heads.claim(peer, said, isFresh);
    Hash head = said.head().hash();
    if (isFresh && heads.follows(peer) && !announced.has(head)) {
      heads.await(peer, head, hashes.dueNanos(peer, head, nowNanos));
    }
    heights.announced(said.head());
  }

  public void drop(PeerId peer, SyncError error) {
    if (peers.peer(peer).isPresent()) {
      forget(peer);
      act(new Action.DropPeer(peer, error));
    }
  }

  /** Removes a peer, and returns its reservations to the queue. */
  public void forget(PeerId peer) {
    conduct.leaving(peer, nowNanos).ifPresent(this::act);
    queue.cancelAll(peer);
    peers.unregister(peer);
    heads.forget(peer);
    announced.forget(peer);
  }

  /**
   * Refuses a hash until the next start. A wrong checkpoint, or the wrong rules of a chain, would
   * otherwise refuse the right chain even after an operator has corrected them.
   */
  public void refuseHash(Hash hash, String evidence) {
    if (checkpoints.has(hash)) {
      return;
    }
    untilRestart.add(hash);
    bans.add(hash, evidence).ifPresent(this::forgetBan);
  }

  /** Bans a block that stands on a banned one, for as long as that one is banned. */
  public void banDescendant(Hash hash, Hash banned) {
    String evidence = bans.standsOn(banned);
    if (hash.equals(banned)) {
      // Its own evidence stays.
      return;
    }
    if (untilRestart.contains(banned)) {
      refuseHash(hash, evidence);
    } else {
      banHash(hash, evidence);
    }
  }

  private void forgetBan(Hash old) {
    untilRestart.remove(old);
    store(new StoreJob.ForgetBan(old));
  }

  /** Bans a hash, unless it is a checkpoint. A false list of hashes may name one. */
  public void banHash(Hash hash, String evidence) {
    if (checkpoints.has(hash)) {
      return;
    }
    Optional<Hash> gone = bans.add(hash, evidence);
    store(new StoreJob.RecordBan(hash, evidence));
    gone.ifPresent(this::forgetBan);
  }
}
