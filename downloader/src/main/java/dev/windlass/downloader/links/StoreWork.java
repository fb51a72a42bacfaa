package dev.windlass.downloader.links;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.Breach;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Evidence;
import dev.windlass.chain.exchange.EvidenceCodec;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.rules.BlockBreach;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.chain.store.Floor;
import dev.windlass.chain.store.ForkChoice;
import dev.windlass.chain.store.Gap;
import dev.windlass.chain.store.Link;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.chain.store.PeerScore;
import dev.windlass.downloader.Checkpoints;
import dev.windlass.downloader.Trust;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The part of a sync that uses the store. Each piece of work ends in an event for the core.
 *
 * <p>Owned by the one thread that writes the store. It makes no decisions. The shell decides how to
 * handle a {@link dev.windlass.chain.store.StoreException}.
 */
public final class StoreWork {
  /** The rule of a block whose chain leaves the stored chain below a checkpoint that it passed. */
  public static final String CHECKPOINT = "checkpoint";

  /** The rule of a block that is banned. */
  public static final String BANNED = "banned";

  private static final int LINKS_PER_SKIP_MAX = 2_048;

  private static final byte[] NO_BYTES = {};

  private final BlockStore store;
  private final LinkStorage links;
  private final Checkpoints checkpoints;
  private final RunCheck check;

  /**
   * Becomes the only writer of the store.
   *
   * @param trust no chain may leave the stored one below a checkpoint that it has passed
   */
  public StoreWork(BlockStore store, Trust trust) {
    this.store = store;
    this.links = new LinkStorage(store);
    this.checkpoints = new Checkpoints(store.root(), trust.checkpoints());
    this.check = trust.check();
  }

  /**
   * Looks up the links that the store has of the chain with this anchor. An anchor that is stored
   * beside the canonical chain becomes its head if that is better, or if it is trusted.
   */
  StoreEvent prepare(StoreJob.Prepare job) {
    HashChain chain = links.resume(job.anchor(), job.number());
    List<Long> joinHeights = links.joinHeights();
    Optional<StoreChange> change =
        chain.links() == 0 && chain.isComplete()
            ? makeCanonical(new BlockId(chain.nextNumber(), job.anchor()), job)
            : Optional.empty();
    return new StoreEvent(
        (core, now) -> core.onPrepared(job.sync(), chain, joinHeights, now), change);
  }

  /** Makes an anchor that is stored beside the canonical chain its head, by inserting it again. */
  private Optional<StoreChange> makeCanonical(BlockId head, StoreJob.Prepare job) {
    boolean isNothingToDo = head.number() <= store.root().number() || store.isCanonical(head);
    if (isNothingToDo || !isPreferred(head, job) || objection(head).isPresent()) {
      return Optional.empty();
    }
    BlockId before = store.tip();
    List<Block> run = List.of(store.block(head).orElseThrow());
    store.insert(run, true);
    return Optional.of(StoreChange.of(store, List.of(), before));
  }

  private boolean isPreferred(BlockId head, StoreJob.Prepare job) {
    BlockHeader header = store.header(head).orElseThrow();
    return isForced(header, job.isReplacing(), job.isTrusted())
        || ForkChoice.isBetter(store, List.of(header));
  }

  /**
   * Whether a head becomes canonical though it may not be better. If the difficulty decides, the
   * claim of a peer does not count.
   */
  private boolean isForced(BlockHeader head, boolean isReplacing, boolean isTrusted) {
    return isReplacing && (isTrusted || !ForkChoice.isWeighed(store, head));
  }

  /** Looks up the chain of a gap, or of the rest of it. */
  public StoreEvent prepareGap(long sync, Gap gap) {
    Hash parent =
        gap.first() == store.root().number()
            ? store.belowRoot().orElseThrow().hash()
            : store.canonicalHash(gap.first() - 1).orElseThrow();
    HashChain chain = HashChain.ofGap(gap, parent);
    return StoreEvent.of((core, now) -> core.onPrepared(sync, chain, List.of(), now));
  }

  public StoreEvent appendHeaders(long sync, HashChain chain, List<BlockHeader> newestFirst) {
    LinkStorage.Appended appended = links.append(chain, newestFirst);
    return StoreEvent.of(
        (core, now) -> core.onAppended(sync, appended.chain(), appended.stored(), now));
  }

  public StoreEvent appendLinks(long sync, HashChain chain, List<Hash> newestFirst, Hash next) {
    LinkStorage.Appended appended = links.append(chain, newestFirst, next);
    return StoreEvent.of(
        (core, now) -> core.onAppended(sync, appended.chain(), appended.stored(), now));
  }

  public StoreEvent loadLinks(long sync, HashChain chain, long anchorNumber, long number, int max) {
    List<Link> loaded = links.load(chain, anchorNumber, number, max);
    // Looked up here, while the hashes are in the caches of the processor.
    Optional<Link> banned =
        loaded.stream().filter(link -> store.banOf(link.hash()).isPresent()).findFirst();
    return StoreEvent.of((core, now) -> core.onLinksLoaded(sync, loaded, banned, now));
  }

  /**
   * Inserts a run, or reports its first block that does not belong.
   *
   * @param isTrusted whether a trusted hash leads to the run, so that it is not checked further
   */
  public StoreEvent insert(long sync, List<Block> run, boolean makeCanonical, boolean isTrusted) {
    Optional<BlockBreach> rejection = rejection(run, isTrusted);
    if (rejection.isPresent()) {
      return StoreEvent.of((core, now) -> core.onInsertFailed(sync, rejection.get(), now));
    }
    BlockId before = store.tip();
    BlockHeader head = run.get(run.size() - 1).header();
    BlockId tip = store.insert(run, isForced(head, makeCanonical, isTrusted));
    run.forEach(block -> links.forget(block.hash()));
    long bytes = 0;
    for (Block block : run) {
      bytes += block.size();
    }
    long size = bytes;
    List<Gap> gaps = store.gaps();
    return new StoreEvent(
        (core, now) -> {
          core.noteGaps(gaps);
          return core.onInserted(sync, tip, run.size(), size, now);
        },
        Optional.of(StoreChange.of(store, run, before)));
  }

  StoreEvent prepareFloor(long sync, HashChain chain) {
    HashChain whole = links.endedAtFloor(chain);
    return StoreEvent.of((core, now) -> core.onPrepared(sync, whole, List.of(), now));
  }

  /** Begins the stored range with the lowest block of a chain. */
  StoreEvent begin(long sync, HashChain chain) {
    BlockHeader floor = links.lowest(chain).provenHeader().orElseThrow();
    Optional<String> ban = store.banOf(floor.hash());
    if (ban.isPresent()) {
      return refusal(sync, "block " + floor.id() + " is banned: " + ban.get());
    }
    BlockId before = store.tip();
    BlockId genesis = store.genesis();
    store.begin(floor);
    checkpoints.moveRoot(before, store.root());
    // An earlier floor without a block above it is replaced.
    Optional<Reorg> reorg =
        before.equals(genesis)
            ? Optional.empty()
            : Optional.of(new Reorg(genesis, before, store.tip()));
    return new StoreEvent(
        floorNews(sync, chain, 0),
        Optional.of(new StoreChange(List.of(), before, store.tip(), reorg)));
  }

  StoreEvent prepareLowering(StoreJob.PrepareLowering job) {
    boolean isStored = !job.history().in(store).equals(job.history());
    HashChain chain = isStored ? job.chain().ended() : job.chain();
    return StoreEvent.of((core, now) -> core.onPrepared(job.sync(), chain, List.of(), now));
  }

  /** Moves the root down, unless the chain would have another genesis. */
  StoreEvent lower(long sync, List<BlockHeader> newestFirst) {
    for (BlockHeader header : newestFirst) {
      Optional<String> ban = store.banOf(header.hash());
      if (ban.isPresent()) {
        return refusal(sync, "block " + header.id() + " is banned: " + ban.get());
      }
    }
    BlockHeader lowest = newestFirst.get(newestFirst.size() - 1);
    BlockId below = new BlockId(lowest.number() - 1, lowest.parentHash());
    BlockId genesis = store.genesis();
    if (below.number() == genesis.number() && !below.equals(genesis)) {
      return refusal(
          sync,
          String.format(
              "the stored chain comes down to block %s, but the genesis is %s", below, genesis));
    }
    BlockId before = store.root();
    store.lower(newestFirst);
    checkpoints.moveRoot(before, store.root());
    HashChain rest = HashChain.ofLowering(below.hash(), below.number());
    return StoreEvent.of(floorNews(sync, rest, newestFirst.size()));
  }

  /** Moves the root up, unless a reorg has shortened the chain meanwhile. */
  StoreEvent raise(long number) {
    BlockId before = store.root();
    if (number > before.number() && number <= store.tip().number()) {
      links.forgetUpTo(number);
      store.raise(number);
      checkpoints.moveRoot(before, store.root());
    }
    Floor floor = Floor.of(store);
    BlockId tip = store.tip();
    List<Gap> gaps = store.gaps();
    return StoreEvent.of(
        (core, now) -> {
          core.noteGaps(gaps);
          return core.onRaised(floor, tip, now);
        });
  }

  private StoreEvent.News floorNews(long sync, HashChain chain, int stored) {
    Floor floor = Floor.of(store);
    BlockId tip = store.tip();
    List<Gap> gaps = store.gaps();
    return (core, now) -> {
      core.noteGaps(gaps);
      return core.onFloor(sync, floor, tip, chain, stored, now);
    };
  }

  private static StoreEvent refusal(long sync, String why) {
    return StoreEvent.of((core, now) -> core.onFloorRefused(sync, why, now));
  }

  /** Skips blocks whose bodies no peer serves, as many as one piece of work allows. */
  StoreEvent skip(StoreJob.Skip job) {
    int max = (int) Math.min(LINKS_PER_SKIP_MAX, job.to() - job.from() + 1);
    List<Link> skipped = links.load(job.chain(), job.anchorNumber(), job.from(), max);
    Link last = skipped.get(skipped.size() - 1);
    List<BlockHeader> fresh = new ArrayList<>();
    for (Link link : skipped) {
      if (!store.has(new BlockId(link.number(), link.hash()))) {
        fresh.add(link.provenHeader().orElseThrow());
      }
    }
    boolean isOnTip = fresh.isEmpty() || fresh.get(0).parentHash().equals(store.tip().hash());
    long sync = job.sync();
    if (!isOnTip && !isBetter(fresh.get(0), job)) {
      BlockId bad = fresh.get(0).id();
      return StoreEvent.of((core, now) -> core.onSkipRefused(sync, bad, now));
    }
    Optional<BlockBreach> objection = fresh.isEmpty() ? Optional.empty() : objection(fresh);
    if (objection.isPresent()) {
      return StoreEvent.of((core, now) -> core.onInsertFailed(sync, objection.get(), now));
    }
    BlockId before = store.tip();
    if (!fresh.isEmpty()) {
      store.skip(fresh);
    }
    BlockId tip = store.tip();
    List<Gap> gaps = store.gaps();
    BlockId lastId = new BlockId(last.number(), last.hash());
    return new StoreEvent(
        (core, now) -> {
          core.noteGaps(gaps);
          return core.onSkipped(sync, lastId, tip, now);
        },
        Optional.of(StoreChange.of(store, List.of(), before)));
  }

  /**
   * Whether the anchor of a chain is better than the tip. A trusted one must be higher.
   *
   * @param lowest the first header of the chain that is not stored
   */
  private boolean isBetter(BlockHeader lowest, StoreJob.Skip job) {
    Link anchor = links.load(job.chain(), job.anchorNumber(), job.anchorNumber(), 1).get(0);
    boolean isWeighed = ForkChoice.isWeighed(store, anchor.provenHeader().orElseThrow());
    if (job.isTrusted() || !isWeighed) {
      return job.anchorNumber() > store.tip().number();
    }
    BlockId below = new BlockId(lowest.number() - 1, lowest.parentHash());
    BigInteger lead = ForkChoice.lead(store, below);
    long number = lowest.number();
    while (lead.signum() >= 0 && number <= job.anchorNumber()) {
      for (Link link : links.load(job.chain(), job.anchorNumber(), number, LINKS_PER_SKIP_MAX)) {
        lead = lead.subtract(link.provenHeader().orElseThrow().difficulty());
        number++;
      }
    }
    return lead.signum() < 0;
  }

  private Optional<BlockBreach> rejection(List<Block> run, boolean isTrusted) {
    Optional<BlockId> bad = firstBad(run);
    if (bad.isPresent()) {
      String explanation = "its parent is not stored; the tip is " + store.tip();
      return Optional.of(new BlockBreach(bad.get(), new Breach(BlockRules.LINK, explanation)));
    }
    List<BlockHeader> headers = run.stream().map(Block::header).toList();
    return objection(headers).or(() -> isTrusted ? Optional.empty() : check.breach(store, run));
  }

  /** Which of these headers a ban or a checkpoint rules out, and why. */
  private Optional<BlockBreach> objection(List<BlockHeader> oldestFirst) {
    for (BlockHeader header : oldestFirst) {
      Optional<String> ban = store.banOf(header.hash());
      if (ban.isPresent()) {
        return Optional.of(new BlockBreach(header.id(), new Breach(BANNED, ban.get())));
      }
      Optional<String> objection =
          checkpoints.isAt(header.number()) ? checkpoints.objection(header.id()) : Optional.empty();
      if (objection.isPresent()) {
        return Optional.of(new BlockBreach(header.id(), new Breach(CHECKPOINT, objection.get())));
      }
    }
    BlockHeader first = oldestFirst.get(0);
    // A canonical block fills a gap.
    return store.isCanonical(first.id())
        ? Optional.empty()
        : objection(new BlockId(first.number() - 1, first.parentHash()))
            .map(why -> new BlockBreach(first.id(), new Breach(CHECKPOINT, why)));
  }

  /** Why no chain through a known block may be stored. Empty if it may. */
  private Optional<String> objection(BlockId block) {
    checkpoints.pass(store.tip());
    long passed = checkpoints.lastPassed().number();
    if (passed == store.root().number() || (block.number() >= passed && store.isCanonical(block))) {
      return Optional.empty();
    }
    return StoreChange.canonicalAncestor(store, block)
        .filter(ancestor -> ancestor.number() < passed)
        .map(
            ancestor ->
                String.format(
                    "its chain leaves ours at block %d, below checkpoint %d",
                    ancestor.number(), passed));
  }

  private Optional<BlockId> firstBad(List<Block> run) {
    Block first = run.get(0);
    // The parent of the root is not stored.
    if (!store.isCanonical(first.id())
        && !store.has(new BlockId(first.number() - 1, first.parentHash()))) {
      return Optional.of(first.id());
    }
    for (int i = 1; i < run.size(); i++) {
      Block below = run.get(i - 1);
      Block block = run.get(i);
      if (!block.parentHash().equals(below.hash()) || block.number() != below.number() + 1) {
        return Optional.of(block.id());
      }
    }
    return Optional.empty();
  }

  public StoreEvent finish(long sync, HashChain chain) {
    links.finish(chain);
    BlockId tip = store.tip();
    return StoreEvent.of((core, now) -> core.onFinished(sync, tip, now));
  }

  public void discard(HashChain chain, boolean isAnchorTrusted) {
    links.discard(chain, isAnchorTrusted);
  }

  /**
   * Does a part of what can wait: deletes the data of removed segments and what lies below the
   * root, sums what an older version left unsummed, and seals bodies. Returns false if there is
   * none left.
   */
  public boolean sweep() {
    return store.sweep() || store.pruneMore() || store.sumMore() || store.sealMore();
  }

  public void recordCheckpoint(BlockId checkpoint) {
    store.recordCheckpoint(checkpoint);
  }

  public void putBan(Hash hash, String evidence) {
    store.putBan(hash, evidence);
  }

  public void putPeerBan(PeerBan ban, Optional<Evidence> proof) {
    store.putPeerBan(ban, proof.map(EvidenceCodec::encode).orElse(NO_BYTES));
    forgetScore(ban.peer());
  }

  public void pardon(PeerId peer) {
    store.removePeerBan(peer);
    forgetScore(peer);
  }

  private void forgetScore(PeerId peer) {
    store.putPeerScore(new PeerScore(peer, 0, Instant.EPOCH, 0, Instant.EPOCH));
  }

  public void putPeerScore(PeerScore score) {
    store.putPeerScore(score);
  }

  public void removeBan(Hash hash) {
    store.removeBan(hash);
  }
}
