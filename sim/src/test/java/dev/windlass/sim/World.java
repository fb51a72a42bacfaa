package dev.windlass.sim;

import dev.windlass.chain.Hash;
import dev.windlass.chain.PeerId;
import dev.windlass.chain.ServedChain;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.store.MemoryBlockStore;
import java.util.SplittableRandom;

/** A simulation with the names that scenarios need; one for each test. */
final class World {
  static final long MILLIS = 1_000_000L;
  static final long SECONDS = 1_000 * MILLIS;

  final SplittableRandom random = new SplittableRandom(1);
  final Simulation simulation;

  World(DownloaderLimits limits, ChainMaker chain) {
    simulation = new Simulation(limits, new MemoryBlockStore(chain.block(0)), random).tracing();
  }

  SimulatedPeer peer(String name, PeerKind kind, ServedChain chain, PeerTraits traits) {
    SimulatedPeer peer = new SimulatedPeer(PeerId.of(name), kind, chain, traits, random.split());
    simulation.connect(peer);
    return peer;
  }

  SimulatedPeer hashPeer(String name, ServedChain chain) {
    return peer(name, PeerKind.HASH, chain, PeerTraits.honest(MILLIS));
  }

  SimulatedPeer headerPeer(String name, ServedChain chain) {
    return peer(name, PeerKind.HEADER, chain, PeerTraits.honest(MILLIS));
  }

  boolean isTip(Hash hash) {
    return simulation.store().tip().hash().equals(hash);
  }

  /** Runs until the haul to this head is done; what went on where it does not come to that. */
  void runTo(Hash head, long withinNanos) {
    boolean isDone =
        simulation.runUntil(
            () -> isTip(head) && simulation.downloader().isIdle(), simulation.now() + withinNanos);
    if (!isDone) {
      throw new AssertionError(story());
    }
  }

  String story() {
    int from = Math.max(0, simulation.trace().size() - 60);
    return simulation.violation()
        + "\n"
        + simulation.progress()
        + "\n"
        + String.join("\n", simulation.trace().subList(from, simulation.trace().size()));
  }
}
