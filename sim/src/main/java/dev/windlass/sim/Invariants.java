package dev.windlass.sim;

import dev.windlass.chain.BadHashes;
import dev.windlass.chain.Block;
import dev.windlass.chain.BlockStore;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Segment;
import dev.windlass.downloader.Progress;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What must hold after every event, whatever the peers do. */
final class Invariants {
  /** A single block may be larger than the window's bytes: it is let in alone. */
  private static final long BLOCK_BYTES = 1_100;

  /** One more than the keeper's own bound, which it keeps before it adds. */
  private static final int SEGMENTS_MAX = 65;

  private static final Set<Fault> LEAVING_UNANSWERED =
      EnumSet.of(Fault.SILENT, Fault.LOSING, Fault.SLOW, Fault.INTRUDING);

  private Invariants() {}

  /** Memory stays within its limits. */
  static Optional<String> bounds(Simulation simulation) {
    var queue = simulation.limits().queue();
    long links =
        (long) simulation.downloader().missingBlocks() + simulation.downloader().bufferedBlocks();
    long linksMax = 2L * Integer.highestOneBit(queue.windowBlocksMax() + queue.linksAheadMax());
    if (links > linksMax) {
      return Optional.of(links + " links are held where " + linksMax + " may be");
    }
    if (simulation.downloader().bufferedBlocks() > queue.windowBlocksMax()) {
      return Optional.of(simulation.downloader().bufferedBlocks() + " blocks in the window");
    }
    long bytes = simulation.downloader().bufferedBytes();
    long bytesMax =
        queue.windowBytesMax() + BLOCK_BYTES * simulation.limits().peers().bodiesPerRequestMax();
    return bytes > bytesMax
        ? Optional.of(bytes + " bytes are held where " + bytesMax + " may be")
        : Optional.empty();
  }

  /** Between hauls nothing is wanted and nothing is held. */
  static Optional<String> idleIsEmpty(Simulation simulation) {
    boolean isEmpty =
        simulation.downloader().missingBlocks() == 0
            && simulation.downloader().bufferedBlocks() == 0;
    return simulation.downloader().isIdle() && !isEmpty
        ? Optional.of("idle, but the queue holds something")
        : Optional.empty();
  }

  /** A haul always says what it waits for. */
  static Optional<String> waitingIsExplained(Simulation simulation) {
    if (simulation.downloader().isIdle()) {
      return Optional.empty();
    }
    Optional<Progress.WaitingReason> reason = simulation.downloader().waiting();
    boolean isAsking = simulation.downloader().inFlightRequests() > 0;
    boolean isOfPeers = reason.filter(r -> r == Progress.WaitingReason.WINDOW_FULL).isPresent();
    if (reason.isEmpty() || (isOfPeers && !isAsking && !simulation.isStoreWorking())) {
      return Optional.of("nothing moves, and the reason is " + reason);
    }
    return Optional.empty();
  }

  /** Links do not outlive their use: what a finished haul stored needs none any more. */
  static Optional<String> linksAreUsed(Simulation simulation) {
    if (!simulation.downloader().isIdle() || simulation.isStoreWorking()) {
      return Optional.empty();
    }
    BlockStore store = simulation.store();
    int segments = 0;
    for (Segment segment : store.segments()) {
      segments++;
      boolean isNew = segment.length() > 0 && simulation.isLastHaulDone();
      if (isNew && store.known(segment.anchor()).isPresent()) {
        return Optional.of("segment " + segment + " is kept though its anchor is stored");
      }
    }
    return segments > SEGMENTS_MAX
        ? Optional.of(segments + " segments are kept")
        : Optional.empty();
  }

  /** Bans stay within their limit, and the permanent ones among them. */
  static Optional<String> bansAreBounded(Simulation simulation) {
    int bans = simulation.downloader().bans().size();
    return bans > simulation.limits().bannedHashesMax() || bans < BadHashes.PERMANENT.size()
        ? Optional.of(bans + " hashes are banned")
        : Optional.empty();
  }

  /** Where every peer answers, no haul ends because nothing moved for a minute. */
  static Optional<String> nothingStalls(Simulation simulation) {
    int failed = simulation.failures().size();
    boolean hasStalled =
        failed > 0
            && simulation.failures().get(failed - 1).explanation().startsWith("nothing moved");
    boolean isAnswered =
        simulation.connected().values().stream()
            .noneMatch(peer -> LEAVING_UNANSWERED.contains(peer.traits().fault()));
    return hasStalled && isAnswered
        ? Optional.of("a haul stood still until its deadline")
        : Optional.empty();
  }

  /** A run hangs together. */
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
