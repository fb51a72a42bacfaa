package dev.windlass.server;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.chain.store.DifficultyMark;
import dev.windlass.chain.store.Gap;
import dev.windlass.chain.store.Link;
import dev.windlass.chain.store.Segment;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A store that tells an observer of each insert and how long it took, and of each reorg.
 *
 * <p>Adds nothing else, and closes the store that it stands before.
 */
public final class ObservedStore implements BlockStore {
  private final BlockStore store;
  private final InsertObserver observer;

  public ObservedStore(BlockStore store, InsertObserver observer) {
    this.store = Objects.requireNonNull(store);
    this.observer = Objects.requireNonNull(observer);
  }

  @Override
  public BlockId insert(List<Block> run, boolean makeCanonical) {
    BlockId before = store.tip();
    long started = System.nanoTime();
    BlockId tip = store.insert(run, makeCanonical);
    observer.inserted(run, tip, System.nanoTime() - started);
    tellOfReorg(before, tip);
    return tip;
  }

  private void tellOfReorg(BlockId oldTip, BlockId newTip) {
    if (!newTip.equals(oldTip)) {
      canonicalAncestor(oldTip)
          .filter(ancestor -> !ancestor.equals(oldTip))
          .ifPresent(ancestor -> observer.reorganised(new Reorg(ancestor, oldTip, newTip)));
    }
  }

  /** The block itself, if it is canonical. */
  private Optional<BlockId> canonicalAncestor(BlockId block) {
    Optional<BlockId> ancestor = Optional.of(block);
    while (ancestor.isPresent() && !isCanonical(ancestor.get())) {
      long below = ancestor.get().number() - 1;
      ancestor =
          store.header(ancestor.get()).map(header -> new BlockId(below, header.parentHash()));
    }
    return ancestor;
  }

  private boolean isCanonical(BlockId block) {
    return store.canonicalHash(block.number()).filter(block.hash()::equals).isPresent();
  }

  @Override
  public BlockId root() {
    return store.root();
  }

  @Override
  public BlockId tip() {
    return store.tip();
  }

  @Override
  public Optional<Hash> canonicalHash(long number) {
    return store.canonicalHash(number);
  }

  @Override
  public OptionalLong known(Hash hash) {
    return store.known(hash);
  }

  @Override
  public Optional<BlockHeader> header(BlockId id) {
    return store.header(id);
  }

  @Override
  public Optional<Block> block(BlockId id) {
    return store.block(id);
  }

  @Override
  public Optional<byte[]> rawBody(BlockId id) {
    return store.rawBody(id);
  }

  @Override
  public List<byte[]> rawHeaders(long lowest, int count) {
    return store.rawHeaders(lowest, count);
  }

  @Override
  public List<Gap> gaps() {
    return store.gaps();
  }

  @Override
  public BlockId skip(List<BlockHeader> run) {
    BlockId before = store.tip();
    BlockId tip = store.skip(run);
    tellOfReorg(before, tip);
    return tip;
  }

  @Override
  public List<Segment> segments() {
    return store.segments();
  }

  @Override
  public void appendHeaders(Segment grown, List<BlockHeader> newestFirst) {
    store.appendHeaders(grown, newestFirst);
  }

  @Override
  public void appendLinks(Segment grown, List<Hash> newestFirst) {
    store.appendLinks(grown, newestFirst);
  }

  @Override
  public List<Link> links(Segment segment, long position, long number, int max) {
    return store.links(segment, position, number, max);
  }

  @Override
  public void removeSegment(long id) {
    store.removeSegment(id);
  }

  @Override
  public long lastSegmentId() {
    return store.lastSegmentId();
  }

  @Override
  public boolean sweep() {
    return store.sweep();
  }

  @Override
  public Map<Hash, String> bans() {
    return store.bans();
  }

  @Override
  public void putBan(Hash hash, String evidence) {
    store.putBan(hash, evidence);
  }

  @Override
  public void removeBan(Hash hash) {
    store.removeBan(hash);
  }

  @Override
  public List<DifficultyMark> difficultyMarks() {
    return store.difficultyMarks();
  }

  @Override
  public void putDifficultyMarks(List<DifficultyMark> oldestFirst) {
    store.putDifficultyMarks(oldestFirst);
  }

  @Override
  public void sync() {
    store.sync();
  }

  @Override
  public long sizeBytes() {
    return store.sizeBytes();
  }

  @Override
  public void close() {
    store.close();
  }
}
