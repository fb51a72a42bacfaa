package dev.windlass.server.demo;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.ChainServer;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.downloader.Trust;
import dev.windlass.downloader.verticle.Clocks;
import dev.windlass.node.CurrentRule;
import dev.windlass.node.JobFailedException;
import dev.windlass.node.MemoryPlan;
import dev.windlass.node.Node;
import dev.windlass.node.NodeSetup;
import dev.windlass.peerset.PeerKind;
import dev.windlass.server.NodeService;
import dev.windlass.sim.ChainMaker;
import dev.windlass.store.LevelDbBlockStore;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how a node that follows heads deals with three peers: one is honest, one has another block
 * at a checkpoint, and one claims a head and hardly serves it. At last the honest one reorganises
 * its chain.
 */
public final class SyncManagerDemo {
  private static final Logger LOG = LoggerFactory.getLogger(SyncManagerDemo.class);
  private static final long SEED = 1;
  private static final int CHECKPOINT = 2_000;
  private static final int HONEST_HEAD = 4_000;
  private static final int REORG_ANCESTOR = 3_990;
  private static final int REORG_HEAD = 4_010;
  private static final int STALLING_HEAD = 6_000;
  private static final int OTHER_FORK = 1_500;
  private static final int OTHER_HEAD = 4_400;
  private static final long LATENCY_MILLIS = 2;

  /** A node gives a head three minutes. Here it gets two seconds, so that the demo is short. */
  private static final long PROGRESS_NANOS = 2_000_000_000L;

  private static final long SCENE_SECONDS_MAX = 30;

  private static final PeerId HONEST = PeerId.of("honest");
  private static final PeerId OTHER = PeerId.of("other-chain");
  private static final PeerId STALLING = PeerId.of("stalling");

  private final DemoOptions options;
  private final CompletableFuture<Void> stop;
  private final Consumer<String> output;
  private final DemoScene scene = new DemoScene();

  private final ChainMaker longest =
      ChainMaker.onDemand(SEED, STALLING_HEAD, ChainMaker.Shape.SIGNED);
  private final ChainMaker honest = longest.upTo(HONEST_HEAD);
  private final ChainMaker reorganised =
      longest.forkAt(REORG_ANCESTOR, SEED + 1, REORG_HEAD - REORG_ANCESTOR);
  private final ChainMaker other = longest.forkAt(OTHER_FORK, SEED + 2, OTHER_HEAD - OTHER_FORK);

  /**
   * Starts nothing yet.
   *
   * @param stop completes if the demo must end early
   * @param output takes the line with the result, and the one with the served endpoints
   */
  public SyncManagerDemo(
      DemoOptions options, CompletableFuture<Void> stop, Consumer<String> output) {
    this.options = options;
    this.stop = stop;
    this.output = output;
  }

  /** Returns when all scenes were shown and the node is closed, or after a stop. */
  public void run() {
    try (DataFolder folder = DataFolder.of(Optional.empty())) {
      BlockStore store = LevelDbBlockStore.open(folder.path(), honest.block(0));
      Optional<String> lastLine = Optional.empty();
      try (NodeService service = NodeService.start(store, options.terminal(), setup())) {
        String served = DemoEndpoints.serve(service, options);
        boolean isShown = show(service.node());
        service.showNow();
        if (isShown && options.isServing()) {
          output.accept(line(service.node().progress()));
          output.accept(served + "; Ctrl-C stops it");
          service.node().awaitAny(stop);
        } else if (isShown) {
          lastLine = Optional.of(line(service.node().progress()));
        }
      }
      lastLine.ifPresent(output);
    }
  }

  private NodeSetup setup() {
    BlockId checkpoint = new BlockId(CHECKPOINT, longest.hashAt(CHECKPOINT));
    DownloaderLimits limits =
        MemoryPlan.DEFAULT
            .limits(DownloaderLimits.DEFAULT)
            .with(
                draft -> {
                  draft.peersWanted = 1;
                  draft.progressDeadlineNanos = PROGRESS_NANOS;
                });
    Trust trust = new Trust(List.of(checkpoint));
    return new NodeSetup(
        MemoryPlan.DEFAULT, limits, trust, CurrentRule.NONE, List.of(scene), Clocks.SYSTEM);
  }

  /** Plays the scenes, one after the other. False if it was stopped. */
  private boolean show(Node node) {
    ScheduledExecutorService workers = DemoPeers.workers();
    node.closeAfter(workers::shutdownNow);
    tell("A peer connects. The node syncs to the checkpoint first, and then to the peer's head.");
    DemoPeer good = connect(node, workers, HONEST, honest, DemoPeer.Manner.HONEST);
    if (!isOver(node, node.outcome(honest.head().hash()))) {
      return false;
    }
    tell("A peer claims a higher head. Its chain has another block at the checkpoint.");
    connect(node, workers, OTHER, other, DemoPeer.Manner.HONEST);
    if (!isOver(node, scene.ban(OTHER))) {
      return false;
    }
    tell("A peer claims a head that is 2,000 blocks higher, and serves one header at a time.");
    connect(node, workers, STALLING, longest, DemoPeer.Manner.STALLING);
    if (!isOver(node, scene.failure(STALLING))) {
      return false;
    }
    tell("The first peer announces a head on another branch.");
    good.serve(new ChainServer(reorganised));
    BlockId head = reorganised.head();
    CompletableFuture<SyncSummary> synced = node.outcome(head.hash());
    node.downloader().announce(Announcement.ofPeer(HONEST, head.hash(), head.number()));
    return isOver(node, synced);
  }

  private static void tell(String what) {
    LOG.info(what);
  }

  private static DemoPeer connect(
      Node node,
      ScheduledExecutorService workers,
      PeerId id,
      ChainMaker chain,
      DemoPeer.Manner manner) {
    DemoPeers.Part part = new DemoPeers.Part(id.name(), PeerKind.HEADER, LATENCY_MILLIS, manner);
    DemoPeer peer = new DemoPeer(part, new ChainServer(chain), workers, node.downloader());
    node.downloader().connect(peer, Head.of(chain.head().hash(), chain.head().number()));
    return peer;
  }

  /** Waits for the end of a scene. False if the demo was stopped before. */
  private boolean isOver(Node node, CompletableFuture<?> end) {
    CompletableFuture<Void> late =
        new CompletableFuture<Void>().orTimeout(SCENE_SECONDS_MAX, TimeUnit.SECONDS);
    try {
      node.awaitAny(end, stop, late);
    } catch (IllegalStateException e) {
      throw new JobFailedException(
          "the demo did not go on within " + SCENE_SECONDS_MAX + " seconds: see its log", e);
    }
    return end.isDone();
  }

  private static String line(Progress progress) {
    Progress.Counters counters = progress.counters();
    return String.format(
        Locale.ROOT,
        "synced blocks=%d number=%d tip=%s syncs=%d failed=%d peers_banned=%d",
        counters.blocks(),
        progress.tip().number(),
        progress.tip().hash(),
        counters.syncs(),
        counters.syncsFailed(),
        counters.peersBanned());
  }
}
