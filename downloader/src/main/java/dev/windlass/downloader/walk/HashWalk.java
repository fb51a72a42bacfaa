package dev.windlass.downloader.walk;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.downloader.CoreState;
import dev.windlass.downloader.HashFetch;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.Sync;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.links.HashChain;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.peerset.Origin;
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
import java.util.Optional;
import java.util.Set;

/**
 * Follows the chain by bare hashes, which are claims. It asks one peer for one batch at a time.
 * Before it asks for the next batch, it cross-checks a random link of the last one.
 *
 * <p>Owned by {@link HashFetch}. At any moment it waits for at most one of these: hashes, the
 * store, a cross-check, or the blocks that extend the ban set.
 */
public final class HashWalk implements Walk {
  /** How often the only peer may be silent: an answer may be lost. */
  private static final int SILENCES_MAX = 2;

  /** How many hashes below the tip the first request includes. Most forks are short. */
  private static final int FORK_HASHES = 16;

  /** The size of the first request if the head's number is not known. */
  private static final int FIRST_HASHES = 128;

  private final CoreState context;
  private final Sync sync;
  private final Set<PeerId> tried = new HashSet<>();

  /** How often each peer has missed the deadline of the next question. */
  private final Map<PeerId, Integer> silences = new HashMap<>();

  private final Set<PeerId> onChain = new HashSet<>();
  private final Deque<Hash> recent = new ArrayDeque<>();

  private PeerId active;
  private long ticket;
  private int askedHashes;
  private List<Hash> batch = List.of();

  /** The peer that listed the batch. Another peer may be active by the time the batch is stored. */
  private PeerId lister;

  /** The lowest of its links. Null if it was checked, or if the batch met stored links. */
  private Hash lowest;

  /** Whether a peer has sent an empty answer since the last batch. */
  private boolean isNothingBelow;

  private boolean isAppending;
  private CrossCheck check;
  private BanGrowth growth;
  private Hash landmark;
  private long batches;
  private boolean isExhausted;

  public HashWalk(CoreState context, Sync sync) {
    this.context = context;
    this.sync = sync;
    this.active = sync.origin.flatMap(context.peers::peer).map(Peer::id).orElse(null);
    if (active != null && !isHashPeer(active)) {
      active = null;
    }
  }

  private boolean isHashPeer(PeerId id) {
    return context.peers.peer(id).filter(peer -> peer.kind() == PeerKind.HASH).isPresent();
  }

  @Override
  public void onHashes(PeerId peer, long answered, Delivery<Hash> delivery) {
    boolean isAwaited = context.complete(peer, answered, delivery.items().size(), delivery.bytes());
    context.tally.bytes += delivery.bytes();
    boolean isGone = context.punish(peer, delivery);
    if (!isAwaited || answered != ticket) {
      return;
    }
    ticket = 0;
    if (isGone) {
      sync.fail(SyncError.BAD_PEER, Optional.of(peer), delivery.evidence());
    } else if (delivery.items().isEmpty()) {
      onNothing(peer);
    } else {
      context.peers.showed(peer, sync.chain.next());
      accept(delivery.items());
    }
  }

  /**
   * An empty answer of the origin ends the walk, since the origin must know its own chain. Another
   * peer may simply not have it.
   */
  private void onNothing(PeerId peer) {
    tried.add(peer);
    isNothingBelow = true;
    boolean isOrigin = sync.origin.filter(peer::equals).isPresent();
    if (isOrigin || !chooseActive()) {
      giveUp();
    }
  }

  /**
   * No peer has hashes below. Either the chain ends here, or the lister has fabricated the last
   * hash.
   */
  private void giveUp() {
    if (lowest == null) {
      // A peer may send a block without having its parent.
      Optional<PeerId> blamed = sync.isParentSync() ? Optional.empty() : sync.answersForNext();
      sync.fail(SyncError.EMPTY_HASH_SET, blamed, "no hash below " + sync.chain.next());
    } else {
      check = new CrossCheck(context, sync, lister, lowest, sync.chain.next(), true);
      lowest = null;
    }
  }

  private void accept(List<Hash> hashes) {
    Hash next = sync.chain.next();
    long nextNumber = sync.chain.nextNumber();
    if (nextNumber >= 0 && hashes.size() > nextNumber) {
      sync.fail(
          SyncError.INVALID_CHAIN,
          Optional.of(active),
          hashes.size() + " hashes were listed below number " + nextNumber);
      return;
    }
    List<Hash> links = new ArrayList<>(hashes.size() + 1);
    links.add(next);
    links.addAll(hashes);
    for (int i = 1; i < links.size(); i++) {
      Hash hash = links.get(i);
      if (context.bans.has(hash)) {
        startGrowth(links.subList(0, i + 1));
        return;
      }
      if (hash.equals(landmark) || hash.equals(next) || hash.equals(sync.anchor)) {
        sync.fail(
            SyncError.BAD_PEER, Optional.of(active), "hash " + hash + " comes twice in the chain");
        return;
      }
    }
    // The landmark moves at every power of two. So any chain with a cycle meets it again.
    batches++;
    if (Long.bitCount(batches) == 1) {
      landmark = links.get(links.size() - 1);
    }
    if (sync.chain.links() + links.size() > context.limits.linksMax()) {
      sync.fail(
          SyncError.INVALID_CHAIN,
          "the chain is longer than the limit of " + context.limits.linksMax() + " links");
      return;
    }
    noteHeads(links);
    batch = links;
    lister = active;
    isNothingBelow = false;
    isAppending = true;
    tried.clear();
    silences.clear();
    context.store(
        new StoreJob.AppendLinks(
            sync.id, sync.chain, links.subList(0, links.size() - 1), links.get(links.size() - 1)));
  }

  /**
   * The first request asks for no more than the new hashes by the claimed number, and some for a
   * fork.
   */
  private int hashesToAsk() {
    int most = context.limits.peers().hashesPerRequestMax();
    long fresh = sync.claimedNumber - context.tip.number();
    boolean isFirst = sync.chain.links() == 0 && context.tip.number() > context.root().number();
    if (sync.claimedNumber < 0) {
      return isFirst ? Math.min(most, FIRST_HASHES) : most;
    }
    boolean isClaimed = sync.chain.links() == 0 && fresh > 0;
    return isClaimed ? (int) Math.min(most, fresh + FORK_HASHES) : most;
  }

  private void noteHeads(List<Hash> links) {
    Set<Hash> hashes = new HashSet<>(links);
    for (Peer peer : context.peers.all()) {
      if (hashes.contains(peer.head())) {
        onChain.add(peer.id());
      }
    }
  }

  @Override
  public void onAppended(HashChain chain, int stored) {
    sync.growByList(chain, stored, lister);
    isAppending = false;
    sync.gained(stored, 0, context);
    context.tally.hashes += stored;
    boolean isCut = stored < batch.size() - 1;
    int due = Math.min(askedHashes, context.limits.hashesNewMin());
    if (!chain.isComplete() && !isCut && batch.size() - 1 < due) {
      sync.fail(
          SyncError.STALLING,
          Optional.of(lister),
          (batch.size() - 1) + " new hashes instead of at least " + due);
      return;
    }
    int pair = context.random.nextInt(stored);
    check = new CrossCheck(context, sync, lister, batch.get(pair), batch.get(pair + 1), false);
    lowest = isCut ? null : batch.get(stored - 1);
    int keep = context.limits.peers().wholeBlocksPerRequestMax() - 1;
    for (Hash hash : batch.subList(0, stored)) {
      recent.addLast(hash);
      if (recent.size() > keep) {
        recent.removeFirst();
      }
    }
    batch = List.of();
    if (isCut) {
      landmark = null;
      batches = 0;
    }
  }

  @Override
  public void onBlocks(PeerId peer, long answered, Delivery<Block> delivery) {
    boolean isAwaited = context.complete(peer, answered, delivery.items().size(), delivery.bytes());
    context.tally.bytes += delivery.bytes();
    context.punish(peer, delivery);
    if (!isAwaited) {
      return;
    }
    if (growth != null && growth.awaits(answered)) {
      finishGrowth(delivery.items());
    } else if (check != null) {
      check.onBlocks(peer, answered, delivery.items());
      closeCheck();
    }
  }

  @Override
  public void onHeaders(PeerId peer, long answered, Delivery<BlockHeader> delivery) {
    boolean isAwaited = context.complete(peer, answered, delivery.items().size(), delivery.bytes());
    context.tally.bytes += delivery.bytes();
    context.punish(peer, delivery);
    if (isAwaited && check != null) {
      check.onHeaders(peer, answered, delivery.items());
      closeCheck();
    }
  }

  /** Takes the outcome of the cross-check, if it has one. */
  private void closeCheck() {
    if (check.isOpen()) {
      return;
    }
    boolean isLast = check.hasPassed() && check.isLast();
    if (check.hasPassed()) {
      context.tally.crossChecksPassed++;
    } else {
      context.tally.crossChecksFailed++;
      sync.fail(SyncError.CROSS_CHECK_FAILED, Optional.of(check.lister()), check.explanation());
    }
    check = null;
    if (isLast) {
      giveUp();
    }
  }

  @Override
  public void onOverdue(Request request) {
    if (request.ticket() == ticket) {
      ticket = 0;
      int silent = silences.merge(request.peer(), 1, Integer::sum);
      if (silent >= SILENCES_MAX || !isAlone(request.peer())) {
        tried.add(request.peer());
      }
      chooseActive();
    } else if (growth != null && growth.awaits(request.ticket())) {
      finishGrowth(List.of());
    } else if (check != null) {
      check.onOverdue(request.ticket());
    }
  }

  @Override
  public void onPeerGone(PeerId peer) {
    onChain.remove(peer);
    if (growth != null && growth.isFrom(peer)) {
      finishGrowth(List.of());
    }
    if (check != null) {
      check.onPeerGone(peer);
    }
    if (peer.equals(active)) {
      ticket = 0;
      tried.add(peer);
      chooseActive();
    }
  }

  /** Chooses another peer on this chain. Each is tried at most once until hashes come. */
  private boolean chooseActive() {
    active = null;
    for (Peer peer : context.peers.all()) {
      if (isHopedFor(peer)) {
        active = peer.id();
        break;
      }
    }
    isExhausted = active == null;
    return active != null;
  }

  private boolean isHopedFor(Peer peer) {
    return isOnIt(peer) && !tried.contains(peer.id());
  }

  private boolean isOnIt(Peer peer) {
    boolean isOnIt =
        sync.isOperators()
            || sync.origin.filter(peer.id()::equals).isPresent()
            || sync.isClaimedBy(peer)
            || onChain.contains(peer.id());
    return peer.kind() == PeerKind.HASH && isOnIt;
  }

  private boolean isAlone(PeerId peer) {
    return context.peers.all().stream()
        .noneMatch(other -> !other.id().equals(peer) && isOnIt(other));
  }

  @Override
  public void progress() {
    if (isAppending || growth != null || sync.hasFailed()) {
      return;
    }
    if (check != null) {
      runCheck();
    }
    if (check != null || sync.chain.isComplete() || sync.hasFailed() || ticket != 0) {
      return;
    }
    if (active == null && !chooseActive()) {
      if (isNothingBelow && lowest != null) {
        giveUp();
        runCheck();
      }
      return;
    }
    Peer peer = context.peers.peer(active).orElseThrow();
    Question.Hashes question = new Question.Hashes(sync.chain.next(), hashesToAsk());
    if (peer.hasCredit()
        && context.hasLineRoom()
        && context.mayAsk(peer, Origin.of(question).orElseThrow())) {
      askedHashes = question.size();
      ticket = context.ask(peer, question);
    }
  }

  private void startGrowth(List<Hash> newestFirst) {
    List<Hash> all = new ArrayList<>(recent);
    all.addAll(newestFirst);
    growth = new BanGrowth(context, sync, active, all);
    if (!growth.isAsked()) {
      finishGrowth(List.of());
    }
  }

  private void finishGrowth(List<Block> blocks) {
    growth.finish(blocks);
    growth = null;
  }

  private void runCheck() {
    check.progress(onChain);
    closeCheck();
  }

  public boolean isChecked() {
    return check == null;
  }

  @Override
  public boolean isExhausted() {
    return isExhausted && !isAppending && growth == null && check == null;
  }

  @Override
  public SyncError exhaustion() {
    return SyncError.TIMEOUT;
  }

  @Override
  public Progress.WaitingReason waiting() {
    return isAppending ? Progress.WaitingReason.STORE_BUSY : context.waitingForPeers();
  }

  @Override
  public long nextDeadlineNanos() {
    return check == null ? Long.MAX_VALUE : check.nextDeadlineNanos();
  }
}
