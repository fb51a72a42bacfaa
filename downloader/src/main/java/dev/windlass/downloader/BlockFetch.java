package dev.windlass.downloader;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.chain.store.Link;
import dev.windlass.downloader.links.HashChain;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.peerset.Peer;
import dev.windlass.peerset.PeerKind;
import dev.windlass.peerset.Request;
import dev.windlass.peerset.Wanted;
import dev.windlass.queue.DeliveryResult;
import dev.windlass.queue.Reservation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The phase fetchBlocks. It asks idle peers for the missing blocks, oldest first, and hands
 * complete runs to the processor.
 *
 * <p>Owned by the downloader. Invariants: at most {@link DownloaderLimits#insertsWaitingMax} runs
 * are with the processor, and at most one batch of links is being read.
 */
final class BlockFetch implements Phase {
  private static final int LINKS_PER_LOAD_MAX = 2_048;

  private final CoreState context;
  private final Sync sync;
  private final AskRules rules;
  private final long anchorNumber;

  /** Open reservations with a hedge. Their owners get no new requests. */
  private final Map<Long, PeerId> hedged = new HashMap<>();

  /** Looks for the lowest served block. Null until a block turns out to be unserved. */
  private ServedSearch search;

  private boolean isSearching;

  /** The highest of the unserved blocks that the store is passing over, or -1. */
  private long skippingTo = -1;

  private boolean isLoading;
  private int inserting;
  private boolean wasThrottled;

  BlockFetch(CoreState context, Sync sync, HashChain.Ending ending) {
    this.context = context;
    this.sync = sync;
    this.rules = new AskRules(context, sync);
    this.anchorNumber = ending.anchorNumber();
    sync.blocksStartedNanos = context.nowNanos;
    sync.startPace(context.nowNanos);
    long first = ending.firstNumber();
    context.queue.prepare(first, lastFrom(first), ending.parent());
  }

  /** A gap is filled in pieces, so that a head never waits for long. */
  private long lastFrom(long first) {
    return sync.chain.isOfGap()
        ? Math.min(anchorNumber, first + context.fill.pieceBlocks() - 1)
        : anchorNumber;
  }

  @Override
  public Progress.Phase name() {
    return Progress.Phase.FETCHING_BLOCKS;
  }

  @Override
  public boolean takesAnswers() {
    return true;
  }

  @Override
  public SyncError cancelled() {
    return SyncError.CANCEL_BLOCK_FETCH;
  }

  @Override
  public void onBlocks(PeerId peer, long ticket, Delivery<Block> delivery) {
    if (search != null && search.asked(ticket)) {
      search.onBlocks(peer, ticket, delivery).ifPresent(context.ahead::keep);
      return;
    }
    DeliveryResult outcome = context.queue.deliver(peer, ticket, delivery);
    boolean isAwaited = context.complete(peer, ticket, outcome.found(), delivery.bytes());
    context.tally.blocks += outcome.accepted();
    learn(peer, delivery, outcome, isAwaited);
    // A block that is too large counts as missing, though the peer has sent it.
    boolean isMissing = delivery.evidence().isEmpty();
    if (isMissing && context.peers.withholdsHead(peer, outcome.lacking())) {
      String words = "it has no body of its own head, whose header it has served";
      context.punish(peer, Offence.NOT_FOUND, words, Optional.empty());
    }
  }

  @Override
  public void onHeaders(PeerId peer, long ticket, Delivery<BlockHeader> delivery) {
    DeliveryResult outcome = context.queue.deliverHeaders(peer, ticket, delivery);
    boolean isAwaited = context.complete(peer, ticket, outcome.found(), delivery.bytes());
    context.tally.hashes += outcome.accepted();
    learn(peer, delivery, outcome, isAwaited);
  }

  private void learn(PeerId peer, Delivery<?> delivery, DeliveryResult outcome, boolean isAwaited) {
    context.tally.bytes += delivery.bytes();
    context.tally.refetched += outcome.refetched();
    context.tally.hedged += outcome.hedged();
    if (outcome.accepted() > 0) {
      sync.gained(outcome.accepted(), outcome.acceptedBytes(), context);
    }
    outcome
        .invalidChain()
        .ifPresent(
            explanation ->
                sync.fail(
                    SyncError.INVALID_CHAIN,
                    sync.answersFor(outcome.suspectLowest(), outcome.suspectHighest()),
                    explanation));
    if (context.punish(peer, delivery)) {
      return;
    }
    context.peers.addLacks(peer, outcome.lacking(), context.nowNanos);
    if (outcome.emptyFrom() >= 0) {
      context.peers.bodiesAbsent(peer, outcome.emptyFrom());
    }
    boolean isUnrequested = outcome.misplaced() + outcome.unrequested() > 0;
    if (isAwaited && (isUnrequested || (outcome.accepted() == 0 && outcome.hedged() == 0))) {
      context.peers.demote(peer);
    } else if (outcome.accepted() > 0 && delivery.verdict() != Verdict.UNLINKED) {
      context.peers.promote(peer);
    }
  }

  @Override
  public void onOverdue(Request request) {
    context.queue.expire(request.ticket());
    if (search != null) {
      search.onOverdue(request);
    }
  }

  @Override
  public void onPeerGone(PeerId peer) {
    hedged.values().remove(peer);
    if (search != null) {
      search.onPeerGone(peer);
    }
  }

  @Override
  public void onLinksLoaded(List<Link> links) {
    if (isSearching && search.isLoading()) {
      search.onLinkLoaded(links.get(0));
      return;
    }
    isLoading = false;
    for (Link link : links) {
      if (context.checkpoints.isAt(link.number())) {
        context
            .checkpoints
            .objection(new BlockId(link.number(), link.hash()))
            .ifPresent(
                objection ->
                    sync.failAtCheckpoint(
                        link.number(),
                        objection,
                        link.provenHeader().flatMap(context.checkpoints::proof)));
      }
    }
    context.queue.offer(links);
  }

  @Override
  public void onSkipped(BlockId last) {
    if (last.number() < skippingTo) {
      skip(last.number() + 1);
      return;
    }
    context.act(new Action.BlocksUnserved(context.queue.offset(), skippingTo));
    skippingTo = -1;
    long first = last.number() + 1;
    context.fill.tried(first, context.nowNanos);
    context.queue.skipTo(first, last.hash());
    if (sync.chain.isOfGap()) {
      context.queue.endAt(lastFrom(first));
    }
    context.peers.forgetLowestBodies();
  }

  /**
   * Begins the stored range at the floor, before the first write of blocks. A chain whose blocks no
   * peer serves must not decide where it begins.
   */
  private void begin() {
    if (sync.isBeginning) {
      sync.isBeginning = false;
      context.store(new StoreJob.Begin(sync.id, sync.chain));
    }
  }

  private void skip(long from) {
    begin();
    context.store(
        new StoreJob.Skip(sync.id, sync.chain, anchorNumber, from, skippingTo, sync.isOperators()));
  }

  @Override
  public int openQuestions() {
    return search == null ? 0 : search.openQuestions();
  }

  /** Moves announced blocks into the window. Returns false if none of them fits there now. */
  private boolean useAnnounced() {
    boolean isAnyUsed = false;
    for (AnnouncedBlocks.Held held : context.announced.all()) {
      if (context.queue.put(held.block())) {
        context.announced.remove(held.block().hash());
        context.tally.blocks++;
        isAnyUsed = true;
      }
    }
    return isAnyUsed;
  }

  @Override
  public void onInserted(BlockId tip, int blocks, long bytes) {
    context.tip = tip;
    inserting--;
    sync.blocksInserted += blocks;
    sync.gained(0, 0, context);
    context.queue.inserted(bytes);
  }

  @Override
  public Phase progress() {
    if (sync.hasFailed() || skippingTo >= 0) {
      return this;
    }
    if (sync.isWindingDown()) {
      context.queue.close();
    }
    if (isSearching) {
      search();
    }
    if (isSearching || sync.hasFailed() || skippingTo >= 0) {
      return this;
    }
    context.tally.blocks += context.ahead.moveTo(context.queue);
    do {
      insert();
    } while (useAnnounced());
    if (context.queue.isDone() && inserting == 0) {
      begin();
      context.store(new StoreJob.Finish(sync.id, sync.chain));
      return new Closing();
    }
    loadLinks();
    reserve();
    hedge();
    noteThrottle();
    failWhereStuck();
    return this;
  }

  /** Hands over full runs, and a short one only if the processor is idle. */
  private void insert() {
    DownloaderLimits limits = context.limits;
    while (inserting < limits.insertsWaitingMax() && context.queue.hasCompleteRun()) {
      boolean isFull =
          context.queue.completeRunLength() >= limits.insertBlocksMax()
              || context.queue.bufferedBytes() >= limits.insertBytesMax();
      if (!isFull && inserting > 0) {
        return;
      }
      List<Block> run = context.queue.take(limits.insertBlocksMax(), limits.insertBytesMax());
      inserting++;
      context.heights.provenBy(run);
      // The canonical chain becomes shorter only if the head of this sync replaces the tip.
      boolean isNewHead = context.queue.isDone() && sync.isReplacing;
      begin();
      context.store(new StoreJob.Insert(sync.id, run, isNewHead, isTrusted(run)));
    }
  }

  /**
   * Whether a trusted hash leads to a run: an operator's anchor, a checkpoint that is synced for
   * its own sake, a passed checkpoint above a gap, or a trusted root above it. A checkpoint that
   * the chain has not reached yet proves nothing of the blocks below it.
   */
  private boolean isTrusted(List<Block> run) {
    long highest = run.get(run.size() - 1).number();
    return sync.isOperators()
        || (sync.gap.isPresent()
            && (highest <= context.trustedRoot
                || highest <= context.checkpoints.lastPassed().number()));
  }

  private void loadLinks() {
    int wanted = context.queue.linksWanted();
    if (!isLoading && wanted > 0) {
      isLoading = true;
      context.store(
          new StoreJob.LoadLinks(
              sync.id,
              sync.chain,
              anchorNumber,
              context.queue.nextLink(),
              Math.min(wanted, LINKS_PER_LOAD_MAX)));
    }
  }

  /** Weak peers are asked last, for later blocks, so that they delay no others. */
  private void reserve() {
    reserve(peer -> !isWeak(peer));
    reserve(this::isWeak);
  }

  private boolean isWeak(Peer peer) {
    return context.peers.isSlow(peer) || context.peers.isMeagre(peer);
  }

  private void reserve(Predicate<Peer> suits) {
    boolean isReserving = context.queue.hasWanted() || context.queue.hasUnproven();
    while (isReserving) {
      isReserving = false;
      Set<PeerId> suspects = suspects();
      for (Peer peer :
          context.peers.idle(context.nowNanos, p -> suits.test(p) && !suspects.contains(p.id()))) {
        if (!context.hasLineRoom()) {
          return;
        }
        Optional<Reservation> reservation = reserve(peer);
        reservation.ifPresent(context::ask);
        isReserving |= reservation.isPresent();
      }
    }
  }

  private Optional<Reservation> reserve(Peer peer) {
    Predicate<Hash> lacks = rules.unsuitable(peer, Wanted.Item.BLOCK);
    if (peer.kind() == PeerKind.HASH) {
      return context.queue.reserve(
          peer.id(),
          context.nextTicket(),
          Reservation.Kind.WHOLE_BLOCKS,
          rules.blocks(peer),
          lacks);
    }
    if (context.queue.hasUnproven()) {
      Optional<Reservation> reservation =
          context.queue.reserve(
              peer.id(),
              context.nextTicket(),
              Reservation.Kind.HEADERS,
              rules.headers(peer),
              rules.unsuitable(peer, Wanted.Item.HEADER));
      if (reservation.isPresent()) {
        return reservation;
      }
    }
    return context.queue.reserve(
        peer.id(), context.nextTicket(), Reservation.Kind.BODIES, rules.blocks(peer), lacks);
  }

  private Set<PeerId> suspects() {
    hedged.keySet().removeIf(ticket -> context.peers.request(ticket).isEmpty());
    return Set.copyOf(hedged.values());
  }

  /**
   * All later blocks wait for the frontier, so a second peer is asked if it is late. If nothing
   * else is wanted, idle peers are asked for all blocks that are late. Those of weak peers will be.
   */
  private void hedge() {
    if (!context.hasLineRoom()) {
      return;
    }
    Request late = lateFrontier();
    if (late != null && isLate(late)) {
      hedge(late, peer -> true);
    }
    if (!context.queue.hasWanted()) {
      for (Request owed : context.peers.owed(peer -> true)) {
        if (isLate(owed) && !hedged.containsKey(owed.ticket())) {
          hedge(owed, peer -> !isWeak(peer));
        }
      }
    }
  }

  private boolean isLate(Request request) {
    return context.nowNanos >= lateAt(request);
  }

  private void hedge(Request owed, Predicate<Peer> suits) {
    Set<PeerId> suspects = suspects();
    for (Peer peer :
        context.peers.idle(
            context.nowNanos,
            p -> !p.id().equals(owed.peer()) && !suspects.contains(p.id()) && suits.test(p))) {
      Reservation.Kind kind =
          peer.kind() == PeerKind.HASH ? Reservation.Kind.WHOLE_BLOCKS : Reservation.Kind.BODIES;
      Optional<Reservation> copy =
          context.queue.hedge(
              owed.ticket(),
              peer.id(),
              context.nextTicket(),
              kind,
              rules.blocks(peer),
              hash ->
                  rules.isRuledOut(peer, hash)
                      || context.peers.isAsked(peer.id(), Wanted.Item.BLOCK, hash));
      if (copy.isPresent()) {
        hedged.put(owed.ticket(), owed.peer());
        context.ask(copy.get());
        return;
      }
    }
  }

  private Request lateFrontier() {
    return context.queue.frontier().flatMap(r -> context.peers.request(r.id())).orElse(null);
  }

  /** A request to a weak peer counts as late from the start. */
  private long lateAt(Request request) {
    boolean isWeak = context.peers.peer(request.peer()).filter(this::isWeak).isPresent();
    return isWeak ? request.sentNanos() : context.peers.lateAtNanos(request);
  }

  private void noteThrottle() {
    boolean isThrottled = context.queue.isThrottled();
    if (isThrottled && !wasThrottled) {
      context.tally.throttled++;
    }
    wasThrottled = isThrottled;
  }

  private void failWhereStuck() {
    if (context.peers.size() == 0) {
      // Buffered blocks are proven, so they wait for the next peer until the progress deadline.
      if (!sync.isOperators() || context.queue.buffered() == 0) {
        sync.fail(SyncError.NO_PEERS, "the last peer left");
      }
      return;
    }
    boolean isWaiting = isLoading || inserting > 0 || isAnswerAwaited() || context.isHoldingBack();
    if (isWaiting || isDrained()) {
      return;
    }
    giveUpTardy();
    long missing = context.queue.offset();
    if (sync.isProven()) {
      long buffered = context.queue.lowestBuffered();
      OptionalLong served = buffered < 0 ? OptionalLong.empty() : OptionalLong.of(buffered);
      ServedSearch before = search;
      search = new ServedSearch(context, sync, missing, anchorNumber, served);
      if (before != null) {
        search.inherit(before);
      }
      isSearching = true;
      search.progress();
    } else {
      sync.fail(
          SyncError.PEERS_UNAVAILABLE,
          context.queue.isProven(missing)
              ? Optional.empty()
              : sync.answersFor(missing, missing + 1),
          "no peer has block " + missing + " or those after it");
    }
  }

  /** Tardy peers are waited for only if there are no others. */
  private boolean isAnswerAwaited() {
    boolean areAllTardy =
        context.peers.all().stream().allMatch(peer -> peer.isTardy(context.nowNanos));
    return context.peers.all().stream()
        .filter(peer -> areAllTardy || !peer.isTardy(context.nowNanos))
        .anyMatch(peer -> peer.inFlight() > 0 || peer.isBackingOff(context.nowNanos));
  }

  /** Expires the requests of tardy peers, which would delay the search for a cut. */
  private void giveUpTardy() {
    for (Request owed : context.peers.owed(peer -> peer.isTardy(context.nowNanos))) {
      context.peers.expire(owed.ticket(), context.nowNanos);
      context.queue.expire(owed.ticket());
    }
  }

  /** No peer is blamed for missing blocks. Served blocks above them are fetched. */
  private void search() {
    search.progress();
    if (!search.isDone()) {
      return;
    }
    long missing = context.queue.offset();
    OptionalLong found = search.found();
    isSearching = false;
    if (found.isEmpty()) {
      context.unserved.missed(Progress.Part.BODIES, missing, anchorNumber);
      sync.fail(
          SyncError.PEERS_UNAVAILABLE,
          Optional.empty(),
          "no peer has block " + missing + " or any other up to " + anchorNumber);
    } else if (found.getAsLong() > missing) {
      skippingTo = found.getAsLong() - 1;
      skip(missing);
    } else {
      context.peers.forgetLowestBodies();
    }
  }

  @Override
  public boolean mayAskForLarge() {
    return true;
  }

  /** Ending a search loses at most one block of each peer. */
  @Override
  public boolean isDrained() {
    return isSearching || (context.queue.isDrained() && inserting == 0);
  }

  @Override
  public Optional<Progress.WaitingReason> waiting() {
    if (skippingTo >= 0) {
      return Optional.of(Progress.WaitingReason.STORE_BUSY);
    }
    if (isSearching) {
      return Optional.of(search.waiting());
    }
    if (context.peers.size() == 0 && inserting == 0) {
      return Optional.of(Progress.WaitingReason.NO_PEERS);
    }
    Request frontier = lateFrontier();
    boolean isLate = frontier != null && isLate(frontier);
    if (inserting >= context.limits.insertsWaitingMax()) {
      return Optional.of(Progress.WaitingReason.STORE_BUSY);
    }
    if (isLate) {
      return Optional.of(Progress.WaitingReason.FRONTIER_STALLED);
    }
    if (context.queue.isThrottled()) {
      return Optional.of(Progress.WaitingReason.WINDOW_FULL);
    }
    boolean isForStore = context.queue.inFlight() == 0 && (isLoading || inserting > 0);
    return Optional.of(isForStore ? Progress.WaitingReason.STORE_BUSY : context.waitingForPeers());
  }

  @Override
  public long nextDeadlineNanos() {
    Request frontier = lateFrontier();
    if (frontier == null || isLate(frontier)) {
      return Long.MAX_VALUE;
    }
    return lateAt(frontier);
  }
}
