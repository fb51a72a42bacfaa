package dev.windlass.sim;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.SyncError;
import dev.windlass.peerset.PeerKind;
import dev.windlass.store.MemoryBlockStore;
import java.util.Optional;
import java.util.SplittableRandom;

/** A simulation with helpers for scenarios. Each test has its own. */
final class World {
  static final long MILLIS = 1_000_000L;
  static final long SECONDS = 1_000 * MILLIS;

  /** Far beyond every deadline of the core. A sync that has not ended by then hangs. */
  private static final long HOUR = 3_600 * SECONDS;

  final SplittableRandom random;
  final Simulation simulation;
  private final ServedChain chain;

  World(DownloaderLimits limits, ChainMaker chain) {
    this(limits, chain, 1);
  }

  World(DownloaderLimits limits, ChainMaker chain, long seed) {
    this(limits, chain, new MemoryBlockStore(chain.block(0)), seed);
  }

  World(DownloaderLimits limits, ChainMaker chain, BlockStore store, long seed) {
    this.chain = chain;
    random = new SplittableRandom(seed);
    simulation = new Simulation(limits, store, random);
    simulation.runLog().trace();
    simulation.checkInserts(Invariants::linked);
    simulation.addInvariant(Invariants::bounds);
    simulation.addInvariant(Invariants::idleIsEmpty);
    Reasons reasons = new Reasons(simulation, () -> false, () -> false);
    simulation.watch(reasons);
    simulation.addInvariant(s -> reasons.areTrue());
  }

  /** The 2015 rig. A sync starts only if a test announces a head. */
  static World of2015(ChainMaker chain) {
    return new World(quiet(DownloaderLimits.OF_2015), chain);
  }

  /** The same limits, with which no sync starts by itself. */
  static DownloaderLimits quiet(DownloaderLimits limits) {
    return limits.with(
        changed -> {
          changed.forcedCycleNanos = 10 * HOUR;
          changed.peersWanted = 1_000;
        });
  }

  SimulatedPeer peer(String name, PeerKind kind, ServedChain served, PeerTraits traits) {
    SimulatedPeer peer = new SimulatedPeer(PeerId.of(name), kind, served, traits, random.split());
    simulation.connect(peer);
    return peer;
  }

  SimulatedPeer hashPeer(String name, ServedChain served) {
    return peer(name, PeerKind.HASH, served, PeerTraits.honest(MILLIS));
  }

  SimulatedPeer headerPeer(String name, ServedChain served) {
    return peer(name, PeerKind.HEADER, served, PeerTraits.honest(MILLIS));
  }

  /** Connects a hash peer that claims no head before it announces one. */
  SimulatedPeer join(String name, ServedChain served, PeerTraits traits) {
    return join(new SimulatedPeer(PeerId.of(name), PeerKind.HASH, served, traits, random.split()));
  }

  /** The same for a peer that answers with its repertoire. */
  SimulatedPeer join(String name, PeerKind kind, Repertoire repertoire) {
    return join(name, kind, repertoire, PeerTraits.honest(MILLIS));
  }

  SimulatedPeer join(String name, PeerKind kind, Repertoire repertoire, PeerTraits traits) {
    return join(
        new SimulatedPeer(PeerId.of(name), kind, chain, repertoire, traits, random.split()));
  }

  SimulatedPeer join(SimulatedPeer peer) {
    simulation.connect(peer, chain.hashAt(0), 0);
    return peer;
  }

  /** Announces a head of the peer, and runs its sync to the end. Returns its error if it fails. */
  Optional<SyncError> sync(SimulatedPeer peer, Hash head) {
    int ended = ended();
    int failed = simulation.failures().size();
    simulation.announce(Announcement.ofPeer(peer.id(), head, Head.NUMBER_UNKNOWN));
    if (!simulation.runUntil(() -> ended() > ended && isIdle(), simulation.now() + HOUR)) {
      throw new AssertionError(story());
    }
    return simulation.failures().size() == failed
        ? Optional.empty()
        : Optional.of(simulation.failures().get(failed).error());
  }

  Optional<SyncError> sync(SimulatedPeer peer) {
    return sync(peer, peer.chain().head().hash());
  }

  private int ended() {
    return simulation.done().size() + simulation.failures().size();
  }

  boolean isIdle() {
    return simulation.downloader().isIdle() && !simulation.isStoreWorking();
  }

  boolean isTip(Hash hash) {
    return simulation.store().tip().hash().equals(hash);
  }

  Progress.Counters counters() {
    return simulation.progress().counters();
  }

  /** Lets time pass. */
  void pass(long nanos) {
    simulation.runUntil(() -> false, simulation.now() + nanos);
    if (!simulation.runLog().violation().isEmpty()) {
      throw new AssertionError(story());
    }
  }

  /** Runs until the sync of this head is done. Fails with the trace if it does not end. */
  void runTo(Hash head, long withinNanos) {
    boolean isDone =
        simulation.runUntil(
            () -> isTip(head) && simulation.downloader().isIdle(), simulation.now() + withinNanos);
    if (!isDone) {
      throw new AssertionError(story());
    }
  }

  String story() {
    int from = Math.max(0, simulation.runLog().lines().size() - 60);
    return simulation.runLog().violation()
        + "\n"
        + simulation.progress()
        + "\n"
        + String.join(
            "\n", simulation.runLog().lines().subList(from, simulation.runLog().lines().size()));
  }
}
