package dev.windlass.store;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.chain.store.ForkChoice;
import dev.windlass.chain.store.Gap;
import dev.windlass.chain.store.Link;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.chain.store.PeerScore;
import dev.windlass.chain.store.Segment;
import dev.windlass.chain.store.StoreException;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The store in memory, for tests, simulations and measurements. It has the same contract, and ends
 * with the process.
 *
 * <p>Guarded by its own monitor. Calls after close fail with CLOSED.
 */
public final class MemoryBlockStore implements BlockStore {
  /** A segment's record, and its hashes from the anchor down. */
  private static final class Stretch {
    private final List<Hash> hashes = new ArrayList<>();
    private Segment record;
  }

  private final BlockId genesis;
  private final Map<Hash, Block> blocks = new HashMap<>();
  private final Map<Long, Hash> canonical = new HashMap<>();
  private final Map<Hash, BigInteger> totals = new HashMap<>();
  private final Map<Hash, BlockHeader> segmentHeaders = new HashMap<>();
  private final Map<Hash, BlockHeader> skippedHeaders = new HashMap<>();
  private final TreeMap<Long, Stretch> stretches = new TreeMap<>();
  private final Map<Hash, String> bans = new LinkedHashMap<>();
  private final MemoryConduct conduct = new MemoryConduct();
  private BlockId root;
  private BlockId tip;
  private List<BlockId> checkpoints = List.of();
  private Gaps gaps = Gaps.NONE;
  private long sizeBytes;
  private boolean isClosed;

  public MemoryBlockStore(Block root) {
    genesis = root.id();
    this.root = genesis;
    tip = genesis;
    keep(root);
    totals.put(root.hash(), root.header().difficulty());
    canonical.put(root.number(), root.hash());
  }

  private void keep(Block block) {
    if (blocks.put(block.hash(), block) == null) {
      sizeBytes += block.size();
    }
  }

  private void requireOpen() {
    if (isClosed) {
      throw new StoreException(StoreException.Kind.CLOSED, "the store in memory is closed");
    }
  }

  @Override
  public synchronized BlockId root() {
    return root;
  }

  @Override
  public BlockId genesis() {
    return genesis;
  }

  @Override
  public synchronized Optional<BlockId> belowRoot() {
    return root.equals(genesis)
        ? Optional.empty()
        : Optional.of(StoreRules.parent(storedHeader(root.hash())));
  }

  @Override
  public synchronized void begin(BlockHeader floor) {
    requireOpen();
    StoreRules.requireBeginnable(floor, this);
    StoreRules.requireNotBanned(List.of(floor), this);
    canonical.remove(root.number());
    if (!root.equals(genesis)) {
      blocks.remove(root.hash());
    }
    gaps = Gaps.NONE.with(floor.number(), floor.number());
    skippedHeaders.put(floor.hash(), floor);
    canonical.put(floor.number(), floor.hash());
    root = floor.id();
    tip = root;
  }

  @Override
  public synchronized void lower(List<BlockHeader> newestFirst) {
    requireOpen();
    boolean isToGenesis = StoreRules.requireLowering(newestFirst, this);
    StoreRules.requireNotBanned(newestFirst, this);
    for (BlockHeader header : newestFirst) {
      skippedHeaders.put(header.hash(), header);
      canonical.put(header.number(), header.hash());
    }
    BlockHeader lowest = newestFirst.get(newestFirst.size() - 1);
    gaps = gaps.with(lowest.number(), newestFirst.get(0).number());
    root = lowest.id();
    if (isToGenesis) {
      root = genesis;
      canonical.put(genesis.number(), genesis.hash());
      sumAll();
    }
  }

  @Override
  public synchronized void raise(long number) {
    requireOpen();
    StoreRules.requireRaising(number, this);
    root = new BlockId(number, canonical.get(number));
    gaps = gaps.without(0, number - 1);
    canonical.keySet().removeIf(of -> of < number);
    skippedHeaders.values().removeIf(header -> header.number() < number);
    Set<Hash> standingBelow = new HashSet<>();
    blocks.values().stream()
        .map(Block::header)
        .filter(header -> !header.id().equals(genesis) && !header.id().equals(root))
        .sorted(Comparator.comparingLong(BlockHeader::number))
        .filter(header -> header.number() <= number || standingBelow.contains(header.parentHash()))
        .forEach(header -> standingBelow.add(header.hash()));
    for (Hash hash : standingBelow) {
      sizeBytes -= blocks.remove(hash).size();
    }
  }

  /** Sums along the canonical chain. Branches beside it are weighed above the fork. */
  private void sumAll() {
    for (long number = genesis.number() + 1; number <= tip.number(); number++) {
      sum(storedHeader(canonical.get(number)));
    }
  }

  @Override
  public synchronized BlockId tip() {
    return tip;
  }

  @Override
  public synchronized Optional<Hash> canonicalHash(long number) {
    requireOpen();
    return Optional.ofNullable(canonical.get(number));
  }

  @Override
  public synchronized OptionalLong known(Hash hash) {
    requireOpen();
    Block block = blocks.get(hash);
    boolean isKnown = block != null && block.number() >= root.number();
    return isKnown ? OptionalLong.of(block.number()) : OptionalLong.empty();
  }

  @Override
  public synchronized Optional<BlockHeader> header(BlockId id) {
    requireOpen();
    return Optional.ofNullable(storedHeader(id.hash()))
        .filter(header -> header.number() == id.number());
  }

  /** The header of a block or of a proven link, or null. */
  private BlockHeader storedHeader(Hash hash) {
    Block block = blocks.get(hash);
    BlockHeader linked = block != null ? block.header() : segmentHeaders.get(hash);
    return linked != null ? linked : skippedHeaders.get(hash);
  }

  @Override
  public synchronized Optional<Block> block(BlockId id) {
    requireOpen();
    return Optional.ofNullable(blocks.get(id.hash()))
        .filter(block -> block.number() == id.number());
  }

  @Override
  public synchronized List<Segment> segments() {
    requireOpen();
    return stretches.values().stream().map(stretch -> stretch.record).toList();
  }

  @Override
  public synchronized void appendHeaders(Segment said, List<BlockHeader> newestFirst) {
    requireOpen();
    Segment grown = StoreRules.numbered(said, newestFirst);
    List<Hash> hashes = newestFirst.stream().map(BlockHeader::hash).toList();
    StoreRules.requireProven(grown, true);
    StoreRules.requireGrowth(recordOf(grown.id()), grown, hashes);
    StoreRules.requireLinkedHeaders(grown, newestFirst);
    newestFirst.forEach(header -> segmentHeaders.put(header.hash(), header));
    append(grown, hashes);
  }

  @Override
  public synchronized void appendLinks(Segment grown, List<Hash> newestFirst) {
    requireOpen();
    StoreRules.requireProven(grown, false);
    StoreRules.requireGrowth(recordOf(grown.id()), grown, newestFirst);
    append(grown, newestFirst);
  }

  /** The stored record, or null. */
  private Segment recordOf(long id) {
    Stretch stretch = stretches.get(id);
    return stretch == null ? null : stretch.record;
  }

  private void append(Segment grown, List<Hash> hashes) {
    Stretch stretch = stretches.computeIfAbsent(grown.id(), id -> new Stretch());
    stretch.record = grown;
    stretch.hashes.addAll(hashes);
    sizeBytes += (long) Hash.BYTES * hashes.size();
  }

  @Override
  public synchronized List<Link> links(Segment segment, long position, long number, int max) {
    requireOpen();
    Stretch stretch = stretches.get(segment.id());
    if (stretch == null || position < 0 || max <= 0) {
      return List.of();
    }
    StoreRules.requirePlace(stretch.record, position, number);
    int count = (int) Math.min(max, position + 1);
    List<Link> links = new ArrayList<>();
    long bytes = 0;
    for (int i = 0; i < count && bytes < HEADER_BYTES_MAX; i++) {
      Hash hash = stretch.hashes.get((int) position - i);
      BlockHeader header = storedHeader(hash);
      boolean isThere = header != null && header.number() == number + i;
      links.add(new Link(number + i, hash, isThere ? header : null));
      bytes += isThere ? header.size() : 0;
    }
    return links;
  }

  @Override
  public synchronized void removeSegment(long id) {
    requireOpen();
    Stretch removed = stretches.remove(id);
    if (removed == null) {
      return;
    }
    sizeBytes -= (long) Hash.BYTES * removed.hashes.size();
    if (removed.record.isProven()) {
      Set<Hash> held = new HashSet<>();
      for (Stretch other : stretches.values()) {
        if (other.record.isProven()) {
          held.addAll(other.hashes);
        }
      }
      for (Hash hash : removed.hashes) {
        if (!held.contains(hash)) {
          segmentHeaders.remove(hash);
        }
      }
    }
  }

  @Override
  public synchronized BlockId insert(List<Block> run, boolean makeCanonical) {
    requireOpen();
    if (run.isEmpty()) {
      return tip;
    }
    Block first = run.get(0);
    BlockId parent = new BlockId(Math.max(0, first.number() - 1), first.parentHash());
    // A block that fills a gap may be the root, whose parent is not stored.
    boolean isPlaced = has(parent) || isCanonical(first.id());
    StoreRules.requireLinkedRun(
        run, isPlaced ? OptionalLong.of(parent.number()) : OptionalLong.empty());
    List<BlockHeader> headers = run.stream().map(Block::header).toList();
    StoreRules.requireNotBanned(headers, this);
    run.forEach(this::keep);
    headers.forEach(this::sum);
    BlockId last = run.get(run.size() - 1).id();
    boolean extendsTip = first.parentHash().equals(tip.hash());
    if (isCanonical(last)) {
      gaps = gaps.without(first.number(), last.number());
    } else if (extendsTip || makeCanonical || ForkChoice.isBetter(this, headers)) {
      makeCanonical(last);
    }
    return tip;
  }

  private void sum(BlockHeader header) {
    BigInteger below = totals.get(header.parentHash());
    if (below != null && root.equals(genesis)) {
      totals.put(header.hash(), below.add(header.difficulty()));
    }
  }

  @Override
  public synchronized boolean isCanonical(BlockId id) {
    return id.hash().equals(canonical.get(id.number()));
  }

  private void makeCanonical(BlockId newTip) {
    for (long number = newTip.number() + 1; number <= tip.number(); number++) {
      canonical.remove(number);
    }
    gaps = gaps.without(newTip.number() + 1, Math.max(newTip.number() + 1, tip.number()));
    for (BlockId id = newTip; !isCanonical(id); ) {
      canonical.put(id.number(), id.hash());
      boolean isWhole = blocks.containsKey(id.hash());
      gaps = isWhole ? gaps.without(id.number(), id.number()) : gaps.with(id.number(), id.number());
      id = new BlockId(id.number() - 1, storedHeader(id.hash()).parentHash());
    }
    tip = newTip;
  }

  @Override
  public synchronized BlockId skip(List<BlockHeader> run) {
    requireOpen();
    if (run.isEmpty()) {
      return tip;
    }
    BlockHeader first = run.get(0);
    BlockId below = new BlockId(first.number() - 1, first.parentHash());
    StoreRules.requireLinkedHeaders(has(below) ? below : tip, run);
    StoreRules.requireNotBanned(run, this);
    run.forEach(header -> skippedHeaders.put(header.hash(), header));
    run.forEach(this::sum);
    makeCanonical(run.get(run.size() - 1).id());
    return tip;
  }

  @Override
  public synchronized BlockId forget(BlockId block) {
    requireOpen();
    StoreRules.requireForgettable(block, this);
    if (isCanonical(block)) {
      BlockHeader header = storedHeader(block.hash());
      makeCanonical(new BlockId(block.number() - 1, header.parentHash()));
    }
    Deque<Hash> forgotten = new ArrayDeque<>(List.of(block.hash()));
    while (!forgotten.isEmpty()) {
      Hash next = forgotten.removeFirst();
      blocks.remove(next);
      Stream.concat(blocks.values().stream().map(Block::header), skippedHeaders.values().stream())
          .filter(child -> child.parentHash().equals(next))
          .map(BlockHeader::hash)
          .forEach(forgotten::addLast);
    }
    return tip;
  }

  @Override
  public synchronized List<Gap> gaps() {
    requireOpen();
    return gaps.list(canonical::get);
  }

  @Override
  public synchronized Map<Hash, String> bans() {
    requireOpen();
    return Collections.unmodifiableMap(new LinkedHashMap<>(bans));
  }

  @Override
  public synchronized void putBan(Hash hash, String evidence) {
    requireOpen();
    bans.put(hash, evidence);
  }

  @Override
  public synchronized void removeBan(Hash hash) {
    requireOpen();
    bans.remove(hash);
  }

  @Override
  public synchronized List<PeerBan> peerBans() {
    requireOpen();
    return conduct.bans();
  }

  @Override
  public synchronized void putPeerBan(PeerBan ban, byte[] evidence) {
    requireOpen();
    conduct.putBan(ban, evidence);
  }

  @Override
  public synchronized void removePeerBan(PeerId peer) {
    requireOpen();
    conduct.removeBan(peer);
  }

  @Override
  public synchronized Optional<byte[]> banEvidence(PeerId peer) {
    requireOpen();
    return conduct.evidence(peer);
  }

  @Override
  public synchronized List<PeerScore> peerScores() {
    requireOpen();
    return conduct.scores();
  }

  @Override
  public synchronized void putPeerScore(PeerScore score) {
    requireOpen();
    conduct.putScore(score);
  }

  @Override
  public synchronized List<BlockId> passedCheckpoints() {
    requireOpen();
    return checkpoints;
  }

  @Override
  public synchronized void recordCheckpoint(BlockId checkpoint) {
    requireOpen();
    checkpoints = StoreRules.withCheckpoint(checkpoints, checkpoint, this);
  }

  @Override
  public synchronized Optional<BigInteger> totalDifficulty(BlockId block) {
    requireOpen();
    boolean isStored = root.equals(genesis) && header(block).isPresent();
    return isStored ? Optional.ofNullable(totals.get(block.hash())) : Optional.empty();
  }

  @Override
  public synchronized void sync() {
    requireOpen();
  }

  @Override
  public synchronized long sizeBytes() {
    requireOpen();
    return sizeBytes;
  }

  @Override
  public synchronized void close() {
    isClosed = true;
  }
}
