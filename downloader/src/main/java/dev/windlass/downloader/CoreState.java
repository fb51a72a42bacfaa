package dev.windlass.downloader;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.peerset.Peer;
import dev.windlass.peerset.PeerSet;
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
  /** The score of an unlinked answer. The third one within a minute bans. */
  private static final int UNLINKED_SCORE = 40;

  private static final long TRUSTED_REST_NANOS = 60_000_000_000L;

  public final DownloaderLimits limits;
  public final PeerSet peers;
  public final ReservationQueue queue;
  public final BanSet bans;
  public final Checkpoints checkpoints;
  public final Anchors anchors;
  public final HeadClaims heads = new HeadClaims();
  public final GapFill fill = new GapFill();
  public final AnnouncedBlocks announced;
  public final Tally tally = new Tally();
  public final RandomGenerator random;
  public final BlockId root;

  public BlockId tip;
  public long nowNanos;

  /** Until when no sync starts. {@link Long#MIN_VALUE} if there is no pause. */
  public long pausedUntilNanos = Long.MIN_VALUE;

  private final BackOff<PeerId> bannedPeers = new BackOff<>();
  private final Set<PeerId> trusted = new HashSet<>();

  /** The banned hashes that are not stored as such. */
  private final Set<Hash> untilRestart = new HashSet<>();

  private List<Action> actions = new ArrayList<>();
  private long lastTicket;

  public CoreState(
      DownloaderLimits limits,
      BlockId root,
      BlockId tip,
      Map<Hash, String> bans,
      Trust trust,
      RandomGenerator random) {
    this.limits = limits;
    this.peers = new PeerSet(limits.peers());
    this.queue = new ReservationQueue(limits.queue());
    this.checkpoints = new Checkpoints(root, trust.checkpoints());
    Map<Hash, String> refused = new LinkedHashMap<>(bans);
    refused.keySet().removeIf(checkpoints::has);
    this.bans = new BanSet(limits.bannedHashesMax(), refused);
    this.anchors = new Anchors(limits.anchorsMax());
    this.announced = new AnnouncedBlocks(limits.announcedBytesMax());
    this.random = random;
    this.root = root;
    this.tip = tip;
  }

  public void act(Action action) {
    actions.add(action);
  }

  public void store(StoreJob job) {
    act(new Action.Store(job));
  }

  public List<Action> takeActions() {
    List<Action> taken = actions;
    actions = new ArrayList<>();
    return taken;
  }

  public long nextTicket() {
    return ++lastTicket;
  }

  /** Asks a peer outside the queue. */
  public long ask(Peer peer, Question<?> question) {
    long ticket = nextTicket();
    peers.begin(peer.id(), ticket, question.size(), false, nowNanos);
    act(new Action.Ask(peer.id(), ticket, question));
    return ticket;
  }

  /**
   * Asks a peer outside the queue.
   *
   * @param bytes the expected size of the answer
   */
  public long ask(Peer peer, Question<?> question, long bytes) {
    long ticket = nextTicket();
    peers.begin(peer.id(), ticket, question.size(), bytes, false, nowNanos);
    act(new Action.Ask(peer.id(), ticket, question));
    return ticket;
  }

  public void ask(Reservation reservation) {
    boolean isBlocks = reservation.kind() != Reservation.Kind.HEADERS;
    peers.begin(
        reservation.peer(),
        reservation.id(),
        reservation.size(),
        reservation.promisedBytes(),
        isBlocks,
        nowNanos);
    act(new Action.Ask(reservation.peer(), reservation.id(), reservation.question()));
  }

  /** Closes the request of an answer. False if there is no such request, or it is overdue. */
  public boolean complete(PeerId peer, long ticket, int items, long bytes) {
    return peers.complete(peer, ticket, items, bytes, nowNanos).isPresent();
  }

  /** Punishes the sender of an answer by the verdict. True if the sender is banned. */
  public boolean punish(PeerId peer, Verdict verdict, String evidence) {
    if (verdict == Verdict.FABRICATED || verdict == Verdict.WRONG_CHAIN) {
      ban(peer, verdict, evidence);
      return true;
    }
    if (verdict == Verdict.UNLINKED) {
      peers.demote(peer);
      if (peers.addScore(peer, 0, UNLINKED_SCORE, nowNanos)) {
        ban(peer, verdict, evidence);
        return true;
      }
    }
    return false;
  }

  private void ban(PeerId peer, Verdict verdict, String evidence) {
    if (peers.peer(peer).isPresent()) {
      tally.peersBanned++;
      forget(peer);
      long first =
          trusted.contains(peer)
              ? Math.min(TRUSTED_REST_NANOS, limits.banNanos())
              : limits.banNanos();
      bannedPeers.failed(peer, nowNanos, first);
      act(new Action.BanPeer(peer, verdict, evidence, bannedPeers.untilNanos(peer) - nowNanos));
    }
  }

  /** Whether a head is known that the tip can be compared with. */
  public boolean isHeadKnown() {
    return limits.followsPeers() ? heads.isAny() : anchors.isAnySynced();
  }

  /** An operator trusts this peer. A fault costs it a short back-off in place of a ban. */
  public void trust(PeerId peer) {
    trusted.add(peer);
  }

  public boolean isPaused() {
    return pausedUntilNanos != Long.MIN_VALUE;
  }

  public boolean isBanned(PeerId peer) {
    return nowNanos < bannedPeers.untilNanos(peer);
  }

  public void drop(PeerId peer, SyncError error) {
    if (peers.peer(peer).isPresent()) {
      forget(peer);
      act(new Action.DropPeer(peer, error));
    }
  }

  /** Removes a peer, and returns its reservations to the queue. */
  public void forget(PeerId peer) {
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
  public void banDescendant(Hash hash, Hash banned, String evidence) {
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
