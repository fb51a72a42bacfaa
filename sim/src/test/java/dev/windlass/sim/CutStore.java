package dev.windlass.sim;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.chain.store.Gap;
import dev.windlass.chain.store.Link;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.chain.store.PeerScore;
import dev.windlass.chain.store.Segment;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A store that loses some of the writes since the last sync write in a power cut.
 *
 * <p>LevelDB's log may lose the end of one file and keep the start of the next, which is newer. So
 * a stretch of writes is lost. Later writes stay if they need none of the lost ones. A segment with
 * a hole is removed, as in the recovery of the real store. Owned by its simulation. It remembers
 * every write.
 */
final class CutStore implements BlockStore {
  private static final long NO_SEGMENT = -1;

  private final RandomWorld.StoreMaker maker;
  private final Block rootBlock;
  private final List<Write> writes = new ArrayList<>();
  private BlockStore store;
  private int synced;
  private long lost;

  /**
   * One batch.
   *
   * @param segment that it grows, or {@link #NO_SEGMENT}
   */
  private record Write(long segment, Consumer<BlockStore> batch) {}

  CutStore(RandomWorld.StoreMaker maker, Block rootBlock) {
    this.maker = maker;
    this.rootBlock = rootBlock;
    store = maker.make(rootBlock);
  }

  /** Cuts the power, and opens the store again. */
  void cut(RandomGenerator random) {
    int lostFrom = synced + random.nextInt(writes.size() - synced + 1);
    int lostTo = random.nextBoolean() ? writes.size() : lostFrom;
    if (lostFrom < writes.size()) {
      lostTo = Math.max(lostTo, lostFrom + 1 + random.nextInt(writes.size() - lostFrom));
    }
    List<Write> kept = new ArrayList<>(writes.subList(0, lostFrom));
    store = maker.make(rootBlock);
    kept.forEach(write -> write.batch.accept(store));
    Set<Long> holed = new HashSet<>();
    for (Write write : writes.subList(lostTo, writes.size())) {
      if (isPossible(write)) {
        kept.add(write);
      } else {
        holed.add(write.segment);
      }
    }
    lost += writes.size() - kept.size();
    writes.clear();
    writes.addAll(kept);
    holed.remove(NO_SEGMENT);
    holed.forEach(this::removeSegment);
    sync();
  }

  /** The number of lost writes. */
  long lost() {
    return lost;
  }

  /** False if a write needs a lost one. */
  private boolean isPossible(Write write) {
    try {
      write.batch.accept(store);
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private void write(long segment, Consumer<BlockStore> batch) {
    batch.accept(store);
    writes.add(new Write(segment, batch));
  }

  @Override
  public BlockId root() {
    return store.root();
  }

  @Override
  public BlockId genesis() {
    return store.genesis();
  }

  @Override
  public Optional<BlockId> belowRoot() {
    return store.belowRoot();
  }

  /** It is on the disk when it returns, with all writes before it. */
  @Override
  public void begin(BlockHeader floor) {
    write(NO_SEGMENT, s -> s.begin(floor));
    sync();
  }

  @Override
  public void lower(List<BlockHeader> newestFirst) {
    List<BlockHeader> headers = List.copyOf(newestFirst);
    write(NO_SEGMENT, s -> s.lower(headers));
    sync();
  }

  @Override
  public void raise(long number) {
    write(NO_SEGMENT, s -> s.raise(number));
    sync();
  }

  @Override
  public List<BlockId> passedCheckpoints() {
    return store.passedCheckpoints();
  }

  @Override
  public void recordCheckpoint(BlockId checkpoint) {
    write(NO_SEGMENT, s -> s.recordCheckpoint(checkpoint));
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
  public List<Segment> segments() {
    return store.segments();
  }

  @Override
  public void appendHeaders(Segment grown, List<BlockHeader> newestFirst) {
    List<BlockHeader> headers = List.copyOf(newestFirst);
    write(grown.id(), to -> to.appendHeaders(grown, headers));
  }

  @Override
  public void appendLinks(Segment grown, List<Hash> newestFirst) {
    List<Hash> hashes = List.copyOf(newestFirst);
    write(grown.id(), to -> to.appendLinks(grown, hashes));
  }

  @Override
  public List<Link> links(Segment segment, long position, long number, int max) {
    return store.links(segment, position, number, max);
  }

  @Override
  public void removeSegment(long id) {
    write(NO_SEGMENT, to -> to.removeSegment(id));
  }

  @Override
  public BlockId insert(List<Block> run, boolean makeCanonical) {
    List<Block> blocks = List.copyOf(run);
    write(NO_SEGMENT, to -> to.insert(blocks, makeCanonical));
    return store.tip();
  }

  @Override
  public BlockId skip(List<BlockHeader> run) {
    write(NO_SEGMENT, to -> to.skip(run));
    return store.tip();
  }

  @Override
  public Optional<BigInteger> totalDifficulty(BlockId block) {
    return store.totalDifficulty(block);
  }

  @Override
  public BlockId forget(BlockId block) {
    write(NO_SEGMENT, to -> to.forget(block));
    return store.tip();
  }

  @Override
  public List<Gap> gaps() {
    return store.gaps();
  }

  @Override
  public Map<Hash, String> bans() {
    return store.bans();
  }

  @Override
  public void putBan(Hash hash, String evidence) {
    write(NO_SEGMENT, to -> to.putBan(hash, evidence));
  }

  @Override
  public List<PeerBan> peerBans() {
    return store.peerBans();
  }

  @Override
  public void putPeerBan(PeerBan ban, byte[] evidence) {
    write(NO_SEGMENT, to -> to.putPeerBan(ban, evidence));
  }

  @Override
  public void removePeerBan(PeerId peer) {
    write(NO_SEGMENT, to -> to.removePeerBan(peer));
  }

  @Override
  public Optional<byte[]> banEvidence(PeerId peer) {
    return store.banEvidence(peer);
  }

  @Override
  public List<PeerScore> peerScores() {
    return store.peerScores();
  }

  @Override
  public void putPeerScore(PeerScore score) {
    write(NO_SEGMENT, to -> to.putPeerScore(score));
  }

  @Override
  public void removeBan(Hash hash) {
    write(NO_SEGMENT, to -> to.removeBan(hash));
  }

  @Override
  public void sync() {
    synced = writes.size();
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
