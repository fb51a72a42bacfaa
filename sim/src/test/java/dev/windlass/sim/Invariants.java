package dev.windlass.sim;

import dev.windlass.chain.BadHashes;
import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.chain.store.Segment;
import dev.windlass.downloader.Sync;
import dev.windlass.downloader.SyncError;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The conditions that must hold after every event, whatever the peers do. */
final class Invariants {
  /** A single block may be larger than the window's bytes. It is then fetched alone. */
  private static final long BLOCK_BYTES = 1_100;

  /** One more than the bound of {@code LinkStorage}, which it checks before it adds a segment. */
  private static final int SEGMENTS_MAX = 65;

  private static final int ANNOUNCED_MAX = 100;

  /** No answer is larger. */
  private static final long MESSAGE_BYTES_MAX = 10L << 20;

  private static final Set<SyncError> LIES =
      EnumSet.of(SyncError.INVALID_CHAIN, SyncError.BAD_PEER, SyncError.STALLING);

  /** Faults of peers that deliver everything that they are asked for. */
  private static final Set<Fault> BRINGING =
      EnumSet.of(Fault.NONE, Fault.OVERLAPPING, Fault.REPEATING, Fault.FORGING, Fault.MIXING);

  private Invariants() {}

  /** Memory stays within its limits, among small blocks. */
  static Optional<String> bounds(Simulation simulation) {
    return bounds(simulation, BLOCK_BYTES);
  }

  /** Memory stays within its limits. */
  static Optional<String> bounds(Simulation simulation, long blockBytesMax) {
    var queue = simulation.limits().queue();
    long links =
        (long) simulation.downloader().holdings().missingBlocks()
            + simulation.downloader().holdings().bufferedBlocks();
    long linksMax = 2L * Integer.highestOneBit(queue.windowBlocksMax() + queue.linksAheadMax());
    if (links > linksMax) {
      return Optional.of(links + " links are held where " + linksMax + " may be");
    }
    if (simulation.downloader().holdings().bufferedBlocks() > queue.windowBlocksMax()) {
      return Optional.of(
          simulation.downloader().holdings().bufferedBlocks() + " blocks in the window");
    }
    Optional<String> headers = headerBounds(simulation);
    if (headers.isPresent()) {
      return headers;
    }
    if (simulation.progress().announced().blocks() > ANNOUNCED_MAX) {
      return Optional.of(simulation.progress().announced().blocks() + " announced blocks are held");
    }
    long bytes = simulation.downloader().holdings().bufferedBytes();
    var peers = simulation.limits().peers();
    int blocksMax = Math.max(peers.bodiesPerRequestMax(), peers.wholeBlocksPerRequestMax());
    long bytesMax = queue.windowBytesMax() + blockBytesMax * blocksMax;
    return bytes > bytesMax
        ? Optional.of(bytes + " bytes are held where " + bytesMax + " may be")
        : Optional.empty();
  }

  /**
   * The bytes of headers ahead and of announced blocks. One answer may exceed the bound if nothing
   * else is held.
   */
  private static Optional<String> headerBounds(Simulation simulation) {
    var limits = simulation.limits();
    long bytes =
        simulation.downloader().holdings().heldBytes()
            - simulation.downloader().holdings().bufferedBytes();
    long bytesMax =
        limits.headerBytesAheadMax()
            + limits.queue().headerBytesMax()
            + limits.announcedBytesMax()
            + MESSAGE_BYTES_MAX;
    return bytes > bytesMax
        ? Optional.of(bytes + " bytes of headers are held where " + bytesMax + " may be")
        : Optional.empty();
  }

  /** Between syncs nothing is wanted and nothing is held. */
  static Optional<String> idleIsEmpty(Simulation simulation) {
    boolean isEmpty =
        simulation.downloader().holdings().missingBlocks() == 0
            && simulation.downloader().holdings().bufferedBlocks() == 0;
    return simulation.downloader().isIdle() && !isEmpty
        ? Optional.of("idle, but the queue holds something")
        : Optional.empty();
  }

  /** The links of a finished sync are removed. */
  static Optional<String> linksAreUsed(Simulation simulation) {
    if (!simulation.downloader().isIdle() || simulation.isStoreWorking()) {
      return Optional.empty();
    }
    BlockStore store = simulation.store();
    int segments = 0;
    for (Segment segment : store.segments()) {
      segments++;
      boolean isNew = segment.length() > 0 && simulation.isLastSyncDone();
      if (isNew && store.known(segment.anchor()).isPresent()) {
        return Optional.of("segment " + segment + " is kept though its anchor is stored");
      }
    }
    return segments > SEGMENTS_MAX
        ? Optional.of(segments + " segments are kept")
        : Optional.empty();
  }

  /** Bans stay within their limit, which includes the permanent ones. */
  static Optional<String> bansAreBounded(Simulation simulation) {
    int bans = simulation.downloader().bans().size();
    return bans > simulation.limits().bannedHashesMax() || bans < BadHashes.PERMANENT.size()
        ? Optional.of(bans + " hashes are banned")
        : Optional.empty();
  }

  /**
   * No sync ends because too few answers arrived while an honest peer with its chain was connected,
   * or an origin that delivers everything that it is asked for.
   */
  static Optional<String> nothingStalls(Simulation simulation, AskingRules rules) {
    if (simulation.failures().isEmpty()) {
      return Optional.empty();
    }
    var last = simulation.failures().get(simulation.failures().size() - 1);
    if (!last.explanation().startsWith(Sync.TOO_SLOW)) {
      return Optional.empty();
    }
    long since = simulation.now() - simulation.limits().progressDeadlineNanos();
    return simulation.connected().values().stream()
        .filter(peer -> hasChain(peer, last) || isBringing(peer, last))
        .filter(peer -> rules.connectedNanos(peer.id()) < since)
        .findFirst()
        .map(peer -> "a sync stood still though " + peer.id() + " is there");
  }

  private static boolean hasChain(SimulatedPeer peer, Simulation.Failure failure) {
    return peer.traits().fault() == Fault.NONE
        && peer.chain().numberOf(failure.summary().anchor()).isPresent();
  }

  private static boolean isBringing(SimulatedPeer peer, Simulation.Failure failure) {
    return failure.summary().origin().filter(peer.id()::equals).isPresent()
        && BRINGING.contains(peer.traits().fault());
  }

  /** Without liars no chain is found to be false. */
  static Optional<String> truthIsBelieved(Simulation simulation) {
    int failed = simulation.failures().size();
    if (failed == 0) {
      return Optional.empty();
    }
    var last = simulation.failures().get(failed - 1);
    return LIES.contains(last.error())
        ? Optional.of("there are no liars: " + last.error() + ": " + last.explanation())
        : Optional.empty();
  }

  /** The blocks of a run are linked. */
  static Optional<String> linked(List<Block> run) {
    for (int i = 1; i < run.size(); i++) {
      if (!run.get(i).parentHash().equals(run.get(i - 1).hash())) {
        return Optional.of("block " + run.get(i).id() + " does not follow the one before");
      }
    }
    return Optional.empty();
  }

  /**
   * The whole chain is stored, block by block, and the index leads to it, up to the tip or below.
   */
  static Optional<String> stored(Simulation simulation, ChainMaker chain) {
    BlockStore store = simulation.store();
    for (long n = 0; n <= chain.head().number(); n++) {
      Hash hash = chain.hashAt(n);
      if (!store.canonicalHash(n).filter(hash::equals).isPresent()) {
        return Optional.of("number " + n + " leads to " + store.canonicalHash(n));
      }
      if (store.known(hash).orElse(-1) != n) {
        return Optional.of("block " + n + " is not stored with its ancestors");
      }
    }
    return Optional.empty();
  }
}
