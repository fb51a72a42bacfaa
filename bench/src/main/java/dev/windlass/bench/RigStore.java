package dev.windlass.bench;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.chain.store.Link;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.chain.store.PeerScore;
import dev.windlass.chain.store.Segment;
import dev.windlass.sim.ChainMaker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The store of the rig. It checks that each block follows the one before, and keeps none of them.
 *
 * <p>It makes the blocks that it reads from the chain again, so that the heap holds the engine
 * only. The store's worker writes it. Any thread may read the tip.
 */
final class RigStore implements BlockStore {
  private final ChainMaker chain;
  private final TreeMap<Long, Segment> segments = new TreeMap<>();
  private volatile BlockId tip;
  private volatile long firstInsertNanos;

  RigStore(ChainMaker chain) {
    this.chain = chain;
    this.tip = chain.genesis();
  }

  /** The time to the first insert, which is slightly more than fetchHashes took. */
  double hashSeconds(long sinceNanos) {
    return (firstInsertNanos - sinceNanos) / 1e9;
  }

  @Override
  public BlockId root() {
    return chain.genesis();
  }

  @Override
  public BlockId tip() {
    return tip;
  }

  @Override
  public Optional<Hash> canonicalHash(long number) {
    boolean isThere = number >= 0 && number <= tip.number();
    return isThere ? Optional.of(chain.hashAt(number)) : Optional.empty();
  }

  @Override
  public OptionalLong known(Hash hash) {
    OptionalLong number = chain.numberOf(hash);
    return number.isPresent() && number.getAsLong() <= tip.number() ? number : OptionalLong.empty();
  }

  @Override
  public Optional<BlockHeader> header(BlockId id) {
    return Optional.of(chain.header(id.number()));
  }

  @Override
  public Optional<Block> block(BlockId id) {
    return Optional.of(chain.block(id.number()));
  }

  @Override
  public List<Segment> segments() {
    return new ArrayList<>(segments.values());
  }

  @Override
  public void appendHeaders(Segment grown, List<BlockHeader> newestFirst) {
    segments.put(grown.id(), grown);
  }

  @Override
  public void appendLinks(Segment grown, List<Hash> newestFirst) {
    segments.put(grown.id(), grown);
  }

  @Override
  public List<Link> links(Segment segment, long position, long number, int max) {
    List<Link> links = new ArrayList<>(max);
    long last = Math.min(number + max - 1, number + position);
    for (long n = number; n <= last; n++) {
      links.add(
          segment.isProven() ? Link.proven(chain.header(n)) : Link.claimed(n, chain.hashAt(n)));
    }
    return links;
  }

  @Override
  public void removeSegment(long id) {
    segments.remove(id);
  }

  @Override
  public BlockId insert(List<Block> run, boolean makeCanonical) {
    if (firstInsertNanos == 0) {
      firstInsertNanos = System.nanoTime();
    }
    Hash parent = tip.hash();
    long number = tip.number();
    for (Block block : run) {
      number++;
      if (!block.parentHash().equals(parent) || block.number() != number) {
        throw new IllegalStateException("block " + block.id() + " does not follow " + parent);
      }
      parent = block.hash();
    }
    tip = new BlockId(number, parent);
    return tip;
  }

  @Override
  public Map<Hash, String> bans() {
    return Map.of();
  }

  @Override
  public void putBan(Hash hash, String evidence) {}

  @Override
  public List<PeerBan> peerBans() {
    return List.of();
  }

  @Override
  public void putPeerBan(PeerBan ban, byte[] evidence) {}

  @Override
  public void removePeerBan(PeerId peer) {}

  @Override
  public Optional<byte[]> banEvidence(PeerId peer) {
    return Optional.empty();
  }

  @Override
  public List<PeerScore> peerScores() {
    return List.of();
  }

  @Override
  public void putPeerScore(PeerScore score) {}

  @Override
  public void removeBan(Hash hash) {}

  @Override
  public void sync() {}

  @Override
  public long sizeBytes() {
    return 0;
  }

  @Override
  public void close() {}
}
