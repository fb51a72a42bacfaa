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
import dev.windlass.chain.store.Gap;
import dev.windlass.chain.store.Link;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.chain.store.PeerScore;
import dev.windlass.downloader.Checkpoints;
import dev.windlass.downloader.Trust;
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
   * Looks up the links that the store has of the chain with this anchor.
   *
   * @param number of the anchor, as it is claimed, or -1
   * @param isAnchorTrusted whether an anchor that is stored beside the canonical chain becomes its
   *     head even if it is lower; an anchor higher than the head becomes the head in any case
   */
  public StoreEvent prepare(long sync, Hash anchor, long number, boolean isAnchorTrusted) {
    HashChain chain = links.resume(anchor, number);
    List<Long> joinHeights = links.joinHeights();
    boolean isHead = isAnchorTrusted || chain.nextNumber() > store.tip().number();
    Optional<StoreChange> change =
        isHead && chain.links() == 0 && chain.isComplete()
            ? makeCanonical(anchor, chain.nextNumber())
            : Optional.empty();
    return new StoreEvent((core, now) -> core.onPrepared(sync, chain, joinHeights, now), change);
  }

  /** Makes an anchor that is stored beside the canonical chain its head, by inserting it again. */
  private Optional<StoreChange> makeCanonical(Hash anchor, long number) {
    BlockId head = new BlockId(number, anchor);
    boolean isNothingToDo =
        number <= store.root().number() || isCanonical(head) || objection(head).isPresent();
    if (isNothingToDo) {
      return Optional.empty();
    }
    BlockId before = store.tip();
    List<Block> run = List.of(store.block(head).orElseThrow());
    store.insert(run, true);
    return Optional.of(StoreChange.of(store, List.of(), before));
  }

  /** Looks up the chain of a gap, or of the rest of it. */
  public StoreEvent prepareGap(long sync, Gap gap) {
    Hash parent = store.canonicalHash(gap.first() - 1).orElseThrow();
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
    return StoreEvent.of((core, now) -> core.onLinksLoaded(sync, loaded, now));
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
    BlockId tip = store.insert(run, makeCanonical);
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

  /**
   * Skips blocks whose bodies no peer serves, as many as one piece of work allows.
   *
   * @param from number of the lowest of them
   * @param to number of the highest
   */
  public StoreEvent skip(long sync, HashChain chain, long anchorNumber, long from, long to) {
    int max = (int) Math.min(LINKS_PER_SKIP_MAX, to - from + 1);
    List<Link> skipped = links.load(chain, anchorNumber, from, max);
    Link last = skipped.get(skipped.size() - 1);
    List<BlockHeader> fresh = new ArrayList<>();
    for (Link link : skipped) {
      if (!store.has(new BlockId(link.number(), link.hash()))) {
        fresh.add(link.provenHeader().orElseThrow());
      }
    }
    boolean isOnTip = fresh.isEmpty() || fresh.get(0).parentHash().equals(store.tip().hash());
    if (!isOnTip && anchorNumber <= store.tip().number()) {
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

  private Optional<BlockBreach> rejection(List<Block> run, boolean isTrusted) {
    Optional<BlockId> bad = firstBad(run);
    if (bad.isPresent()) {
      String explanation = "its parent is not stored; the tip is " + store.tip();
      return Optional.of(new BlockBreach(bad.get(), new Breach(BlockRules.LINK, explanation)));
    }
    return objection(run.stream().map(Block::header).toList())
        .or(() -> isTrusted ? Optional.empty() : check.breach(store, run));
  }

  /** Which of these headers a checkpoint rules out, and why. */
  private Optional<BlockBreach> objection(List<BlockHeader> oldestFirst) {
    for (BlockHeader header : oldestFirst) {
      Optional<String> objection =
          checkpoints.isAt(header.number()) ? checkpoints.objection(header.id()) : Optional.empty();
      if (objection.isPresent()) {
        return Optional.of(new BlockBreach(header.id(), new Breach(CHECKPOINT, objection.get())));
      }
    }
    BlockHeader first = oldestFirst.get(0);
    // A canonical block fills a gap.
    return isCanonical(first.id())
        ? Optional.empty()
        : objection(new BlockId(first.number() - 1, first.parentHash()))
            .map(why -> new BlockBreach(first.id(), new Breach(CHECKPOINT, why)));
  }

  /** Why no chain through a known block may be stored. Empty if it may. */
  private Optional<String> objection(BlockId block) {
    checkpoints.pass(store.tip());
    long passed = checkpoints.lastPassed().number();
    if (passed == store.root().number() || (block.number() >= passed && isCanonical(block))) {
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

  private boolean isCanonical(BlockId block) {
    return block.number() >= store.root().number()
        && block.number() <= store.tip().number()
        && store.canonicalHash(block.number()).filter(block.hash()::equals).isPresent();
  }

  private Optional<BlockId> firstBad(List<Block> run) {
    Block first = run.get(0);
    if (!store.has(new BlockId(first.number() - 1, first.parentHash()))) {
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

  /** Deletes a part of the data of removed segments. Returns false if there is none left. */
  public boolean sweep() {
    return store.sweep();
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
