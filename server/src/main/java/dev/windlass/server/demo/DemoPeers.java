package dev.windlass.server.demo;

import dev.windlass.chain.exchange.ChainServer;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.node.Node;
import dev.windlass.peerset.PeerKind;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** The eight peers of the demo, of both kinds. One fabricates bodies, and one never answers. */
final class DemoPeers {

  /** The traits of one peer. */
  record Part(String name, PeerKind kind, long latencyMillis, DemoPeer.Manner manner) {}

  // The fabricating peer is first, so that it is asked before the sync is done.
  private static final List<Part> PARTS =
      List.of(
          new Part("maker-up", PeerKind.HEADER, 2, DemoPeer.Manner.FABRICATING),
          new Part("header-1", PeerKind.HEADER, 2, DemoPeer.Manner.HONEST),
          new Part("header-2", PeerKind.HEADER, 3, DemoPeer.Manner.HONEST),
          new Part("header-3", PeerKind.HEADER, 5, DemoPeer.Manner.HONEST),
          new Part("header-4", PeerKind.HEADER, 8, DemoPeer.Manner.HONEST),
          new Part("hash-1", PeerKind.HASH, 3, DemoPeer.Manner.HONEST),
          new Part("hash-2", PeerKind.HASH, 5, DemoPeer.Manner.HONEST),
          new Part("silent", PeerKind.HASH, 2, DemoPeer.Manner.SILENT));

  private DemoPeers() {}

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "demo-peers");
    thread.setDaemon(true);
    return thread;
  }

  /** The threads on which peers answer. */
  static ScheduledExecutorService workers() {
    int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
    return Executors.newScheduledThreadPool(threads, DemoPeers::thread);
  }

  /** Connects all of them to a node. All serve one chain. */
  static void connect(Node node, ServedChain chain) {
    ScheduledExecutorService workers = workers();
    ChainServer server = new ChainServer(chain);
    for (Part part : PARTS) {
      node.connect(
          downloader -> new DemoPeer(part, server, workers, downloader),
          chain.lowest().number(),
          chain.head());
    }
  }
}
