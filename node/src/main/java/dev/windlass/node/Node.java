package dev.windlass.node;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.downloader.links.StoreChange;
import dev.windlass.downloader.verticle.DownloaderListener;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.p2p.Announcer;
import dev.windlass.p2p.PeerDirectory;
import dev.windlass.p2p.log.Quantity;
import dev.windlass.wire.devp2p.MessageBudget;
import dev.windlass.wire.devp2p.Workers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.file.FileSystemOptions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One store with the downloader over it, and its peers.
 *
 * <p>Owned by one thread, which starts and closes it; the store is closed with it. It syncs the
 * heads that its user announces. It syncs those that peers claim only if its limits say so: such a
 * head is trusted no more than its peer is.
 */
public final class Node implements HeadSink, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  /**
   * How long each part of a node may take to start or stop; an insert on a slow disk is longest.
   */
  private static final long STEP_SECONDS_MAX = 12;

  /** How often it is looked whether the picture of a sync that ended was published. */
  private static final long LOOK_MILLIS = 10;

  /** For how long the file of hosts is not read again. */
  private static final int HOSTS_MILLIS = 1_000;

  private final BlockStore store;
  private final MessageBudget messages = MemoryPlan.DEFAULT.messages();
  private final Vertx vertx;
  private final HeadBoard heads = new HeadBoard();
  private final PeerDirectory peers = new PeerDirectory();
  private final NodeEvents events;
  private final DownloaderVerticle downloader;

  private final List<Runnable> closings = new CopyOnWriteArrayList<>();
  private final List<Runnable> endings = new CopyOnWriteArrayList<>();

  /** Null while no other node can be told. */
  private volatile Announcer announcer;

  private final boolean followsPeers;
  private volatile Supplier<OptionalLong> unseenBlocks = OptionalLong::empty;
  private String deployment;

  private Node(
      Vertx vertx, BlockStore store, DownloaderLimits limits, List<DownloaderListener> others) {
    this.vertx = vertx;
    this.store = store;
    followsPeers = limits.followsPeers();
    events = new NodeEvents(peers, heads::settled);
    List<DownloaderListener> listeners = new ArrayList<>(List.of(events, new AnnouncerNews()));
    listeners.addAll(others);
    if (LOG.isTraceEnabled()) {
      listeners.add(new TraceLog());
    }
    downloader =
        new DownloaderVerticle(limits, store, new SecureRandom(), System::nanoTime, listeners);
  }

  /** Passes on what other nodes are told. */
  private final class AnnouncerNews implements DownloaderListener {
    @Override
    public void changed(StoreChange change, long elapsedNanos) {
      tellOthers(told -> told.inserted(change.tip()));
    }

    @Override
    public void syncDone(SyncSummary summary) {
      tellOthers(told -> told.synced(summary));
    }
  }

  /** Event loops and workers for nodes; the caller closes them. */
  public static Vertx makeVertx() {
    return Vertx.vertx(vertxOptions());
  }

  static VertxOptions vertxOptions() {
    // Nothing of ours lies in the class path's resources: without its cache no /tmp is needed.
    FileSystemOptions files =
        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
    return new VertxOptions().setFileSystemOptions(files).setAddressResolverOptions(names());
  }

  /**
   * A name is looked up again at each dial: its container may have moved, and Docker's name server
   * lets its answers be kept for ten minutes.
   */
  private static AddressResolverOptions names() {
    return new AddressResolverOptions()
        .setCacheMaxTimeToLive(0)
        .setHostsRefreshPeriod(HOSTS_MILLIS);
  }

  /** Starts a node that syncs what its user announces, on event loops of its own. */
  public static Node start(BlockStore store) {
    DownloaderLimits limits = MemoryPlan.DEFAULT.limits(DownloaderLimits.DEFAULT);
    return start(store, limits.withoutPeersHeads());
  }

  /** The same with other bounds, among them whether the peers' heads are followed. */
  public static Node start(BlockStore store, DownloaderLimits limits) {
    return start(store, limits, List.of());
  }

  /**
   * Starts a node on event loops of its own, which end before its store is closed.
   *
   * @param listeners hear what its downloader does
   */
  public static Node start(
      BlockStore store, DownloaderLimits limits, List<DownloaderListener> listeners) {
    Vertx vertx = makeVertx();
    try {
      Node node = start(vertx, store, limits, listeners);
      node.closeAfter(() -> await(close(vertx)));
      return node;
    } catch (RuntimeException e) {
      await(close(vertx));
      throw e;
    }
  }

  /**
   * Starts a node over an open store, which it takes over, also if it does not start.
   *
   * @param vertx whose event loops it uses; several nodes may use the same
   * @param listeners hear what its downloader does
   */
  public static Node start(
      Vertx vertx, BlockStore store, DownloaderLimits limits, List<DownloaderListener> listeners) {
    MemoryPlan.DEFAULT
        .objection(Runtime.getRuntime().maxMemory())
        .ifPresent(
            why -> LOG.atWarn().setMessage("Memory is short").addKeyValue("reason", why).log());
    LOG.atInfo()
        .setMessage("Store is open")
        .addKeyValue("number", new Quantity.Count(store.tip().number()))
        .addKeyValue("hash", store.tip().hash())
        .log();
    Node node = new Node(vertx, store, limits, listeners);
    try {
      node.deployment = await(vertx.deployVerticle(node.downloader));
      return node;
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
  }

  private void tellOthers(Consumer<Announcer> news) {
    Announcer told = announcer;
    if (told != null) {
      news.accept(told);
    }
  }

  /** Lets others be told what is new from now on. */
  void announceThrough(Announcer newAnnouncer) {
    announcer = newAnnouncer;
  }

  /**
   * From now on this says how many blocks there may be that no followed node has shown yet; empty
   * if none is connected.
   */
  void countUnseenBy(Supplier<OptionalLong> newUnseenBlocks) {
    unseenBlocks = newUnseenBlocks;
  }

  /** Where the nodes are noted that are connected, or are to be. */
  public PeerDirectory peers() {
    return peers;
  }

  /** Which heads were announced, and by whom. */
  public HeadBoard heads() {
    return heads;
  }

  /** What the messages of all its connections may take. */
  public MessageBudget messages() {
    return messages;
  }

  /** The event loops and timers that links may use. */
  public Vertx vertx() {
    return vertx;
  }

  /** Where links hand in what their peers answer. */
  public DownloaderVerticle downloader() {
    return downloader;
  }

  /**
   * Takes a peer in.
   *
   * @param maker makes the link, which hands its answers to the downloader that it is given
   */
  public void connect(Function<DownloaderVerticle, PeerLink> maker, BlockId head) {
    PeerLink link = maker.apply(downloader);
    downloader.connect(link, Head.of(head.hash(), head.number()));
  }

  /** A peer is gone by itself. */
  public void disconnect(PeerId peer) {
    downloader.disconnect(peer);
  }

  /** A head to sync, after those that were announced before. */
  public Future<Optional<SyncError>> announce(HeadBoard.Source source, Head head) {
    return downloader
        .announce(Announcement.ofOperator(head))
        .onSuccess(
            refusal -> {
              if (refusal.isEmpty()) {
                heads.announced(new HeadBoard.Announcement(source, head, Instant.now()));
              }
            });
  }

  @Override
  public Future<Optional<SyncError>> announce(Head head) {
    return announce(HeadBoard.Source.HTTP, head);
  }

  @Override
  public Future<Void> withdraw(Hash head) {
    downloader.withdraw(head);
    return downloader.caughtUp().onSuccess(done -> heads.settled(head));
  }

  /** A named node has named a block that it did not name before. */
  void heardOfHead() {
    if (followsPeers) {
      heads.heard(Instant.now());
    }
  }

  /** The same, and how it ends: a {@link JobFailedException} where it is not synced. */
  public CompletableFuture<SyncSummary> sync(BlockId head) {
    CompletableFuture<SyncSummary> outcome = outcome(head.hash());
    announce(HeadBoard.Source.ANCHOR, Head.of(head.hash(), head.number()));
    return outcome;
  }

  /** Done once a head is synced, however often that takes; fails where it is refused. */
  public CompletableFuture<SyncSummary> untilSynced(Hash head) {
    return outcome(head)
        .exceptionallyCompose(
            failure -> {
              Throwable cause = failure.getCause() == null ? failure : failure.getCause();
              return cause instanceof JobFailedException && !(cause instanceof RefusedException)
                  ? untilSynced(head)
                  : CompletableFuture.failedFuture(cause);
            });
  }

  /** How the next sync of a head ends, whoever announces it. */
  public CompletableFuture<SyncSummary> outcome(Hash head) {
    return events.outcome(head).thenCompose(this::published);
  }

  /** Waits until the picture of a sync that ended is the one that {@link #progress} shows. */
  private CompletableFuture<SyncSummary> published(SyncSummary summary) {
    CompletableFuture<SyncSummary> published = new CompletableFuture<>();
    vertx.setPeriodic(
        LOOK_MILLIS,
        timer -> {
          Progress now = progress();
          if (now.counters().syncs() >= summary.sync() && now.sync().isEmpty()) {
            vertx.cancelTimer(timer);
            published.complete(summary);
          }
        });
    return published;
  }

  public Progress progress() {
    return downloader.progress();
  }

  /** Waits for one of these, or throws what keeps the node from going on. */
  public void awaitAny(CompletableFuture<?>... awaited) {
    CompletableFuture<?>[] all = Arrays.copyOf(awaited, awaited.length + 1);
    all[awaited.length] = events.broken();
    try {
      CompletableFuture.anyOf(all).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** How far the store is behind what is wanted. */
  public SyncView syncView() {
    // Before the picture: what is no longer unseen must be in it.
    OptionalLong said = unseenBlocks.get();
    OptionalLong unseen = followsPeers || said.isPresent() ? said : OptionalLong.of(0);
    return SyncView.of(progress(), heads.wanted(), hash -> store.known(hash).isPresent(), unseen);
  }

  /** Has something closed first when the node is closed. */
  public void closeBefore(Runnable closing) {
    closings.add(closing);
  }

  /** Has something closed once nothing moves any more, in this order, and before the store. */
  public void closeAfter(Runnable ending) {
    endings.add(ending);
  }

  /** Waits for the write under way, and closes everything; what was stored stays. */
  @Override
  public void close() {
    try {
      stop();
    } finally {
      // The downloader has stopped before the last write was done.
      BlockId tip = store.tip();
      store.close();
      logStopped(tip);
    }
  }

  /** Afterwards nothing reads or writes the store. */
  private void stop() {
    try {
      // First, so that no sync fails because the connections to its peers are closed.
      await(downloader.terminate());
      closings.forEach(Runnable::run);
      if (deployment != null) {
        await(vertx.undeploy(deployment));
      }
      await(Workers.finished(vertx));
    } finally {
      endings.forEach(Runnable::run);
    }
  }

  /** Ends the event loops and workers of nodes that are closed. */
  public static Future<Void> close(Vertx vertx) {
    return Workers.close(vertx).compose(done -> vertx.close());
  }

  /** The last line of a node that was told to stop, also if it was told before it had begun. */
  public static void logStopped(BlockId tip) {
    LOG.atInfo()
        .setMessage("Stopped")
        .addKeyValue("number", new Quantity.Count(tip.number()))
        .addKeyValue("hash", tip.hash())
        .log();
  }

  /** Waits for a step of a start or a stop; a {@link JobFailedException} if it takes too long. */
  public static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(STEP_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new JobFailedException(
          "gave up after " + STEP_SECONDS_MAX + " seconds: the machine or its disk is stuck", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobFailedException("interrupted", e);
    }
  }
}
