package dev.windlass.server.demo;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.node.Node;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.Fault;
import dev.windlass.sim.PeerTraits;
import dev.windlass.sim.SimulatedPeer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** The eight peers of the demo: both kinds, one that makes blocks up, one that never answers. */
final class DemoPeers {
  private static final long MILLIS = 1_000_000;

  /** Both are made of the seed, so that every run of the demo has the same peers. */
  private static final long SEED = 1;

  private record Part(String name, PeerKind kind, long latencyMillis, Fault fault) {}

  // The one that makes blocks up comes first, so that it is asked before all is done.
  private static final List<Part> PARTS =
      List.of(
          new Part("maker-up", PeerKind.HEADER, 2, Fault.FABRICATING),
          new Part("header-1", PeerKind.HEADER, 2, Fault.NONE),
          new Part("header-2", PeerKind.HEADER, 3, Fault.NONE),
          new Part("header-3", PeerKind.HEADER, 5, Fault.NONE),
          new Part("header-4", PeerKind.HEADER, 8, Fault.NONE),
          new Part("hash-1", PeerKind.HASH, 3, Fault.NONE),
          new Part("hash-2", PeerKind.HASH, 5, Fault.NONE),
          new Part("silent", PeerKind.HASH, 2, Fault.SILENT));

  private DemoPeers() {}

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "demo-peers");
    thread.setDaemon(true);
    return thread;
  }

  /** Connects all of them to a node, over one chain. */
  static void connect(Node node, ServedChain chain) {
    int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
    ScheduledExecutorService workers = Executors.newScheduledThreadPool(threads, DemoPeers::thread);
    SplittableRandom random = new SplittableRandom(SEED);
    for (Part part : PARTS) {
      SimulatedPeer peer =
          new SimulatedPeer(
              PeerId.of(part.name()),
              part.kind(),
              chain,
              new PeerTraits(part.latencyMillis() * MILLIS, 0, part.fault()),
              random.split());
      node.connect(downloader -> new SimulatedPeerLink(peer, workers, downloader), chain.head());
    }
  }
}
