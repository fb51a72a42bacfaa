package dev.windlass.node;

import dev.windlass.chain.Block;
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
import dev.windlass.downloader.Trust;
import dev.windlass.downloader.links.RunCheck;
import dev.windlass.downloader.links.StoreChange;
import dev.windlass.downloader.verticle.DownloaderListener;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.p2p.Announcer;
import dev.windlass.p2p.PeerDirectory;
import dev.windlass.p2p.log.Quantity;
import dev.windlass.peerset.Wanted.Item;
import dev.windlass.wire.devp2p.Bandwidth;
import dev.windlass.wire.devp2p.Clients;
import dev.windlass.wire.devp2p.MessageBudget;
import dev.windlass.wire.devp2p.Workers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.file.FileSystemOptions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
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
 * One store with its downloader and its peers.
 *
 * <p>Owned by one thread, which starts and closes it. It closes the store too. It syncs the heads
 * that an operator announces. It syncs the heads that peers claim only if its limits allow that.
 */
public final class Node implements NodeControl, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  /** How long each step of a start or a stop may take. The longest is an insert on a slow disk. */
  private static final long STEP_SECONDS_MAX = 12;

  /** How often to check whether the progress after a sync was published. */
  private static final long LOOK_MILLIS = 10;

  /** How long the hosts file is cached. */
  private static final int HOSTS_MILLIS = 1_000;

  private final BlockStore store;
  private final MessageBudget messages;
  private final Vertx vertx;
  private final HeadBoard heads = new HeadBoard();
  private final RpcBoard rpc = new RpcBoard();
  private final PeerDirectory peers;
  private final NodeEvents events;
  private final DownloaderVerticle downloader;
  private final PeerBans bans;

  private final List<Runnable> closings = new CopyOnWriteArrayList<>();
  private final List<Runnable> endings = new CopyOnWriteArrayList<>();

  /** Null if the node announces nothing to other nodes. */
  private volatile Announcer announcer;

  private final boolean followsPeers;
  private final CurrentRule current;
  private volatile Supplier<OptionalLong> unseenBlocks = OptionalLong::empty;
  private String deployment;

  private Node(Vertx vertx, BlockStore store, NodeSetup setup) {
    this.vertx = vertx;
    this.store = store;
    messages = setup.memory().messages();
    followsPeers = setup.limits().followsPeers();
    current = setup.current();
    peers = new PeerDirectory(setup.clocks().wall());
    store.peerBans().stream().filter(ban -> ban.holds(peers.now())).forEach(peers::banned);
    events = new NodeEvents(peers, heads::settled);
    List<DownloaderListener> listeners = new ArrayList<>(List.of(events, new AnnouncerNews()));
    listeners.addAll(setup.listeners());
    if (LOG.isTraceEnabled()) {
      listeners.add(new TraceLog());
    }
    downloader =
        new DownloaderVerticle(
            setup.limits(),
            store,
            relaying(setup.trust()),
            new SecureRandom(),
            setup.clocks(),
            listeners);
    bans = new PeerBans(store, downloader, peers);
  }

  /**
   * Relays new blocks as soon as they have passed the full check. Light checks prove too little.
   */
  private Trust relaying(Trust trust) {
    return trust.check() == RunCheck.NOTHING_MORE
        ? trust
        : new Trust(trust.checkpoints(), new RelayingCheck(trust.check(), this::passed));
  }

  private void passed(Block newest) {
    long claimed = progress().wanted().provenNumber();
    if (current.isNewest(newest.header(), claimed, Instant.now())) {
      tellOthers(told -> told.passed(newest));
    }
  }

  /** Passes the downloader's events to the announcer. */
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

  /** Makes event loops and workers for nodes. The caller closes them. */
  public static Vertx makeVertx() {
    return Vertx.vertx(vertxOptions());
  }

  static VertxOptions vertxOptions() {
    // Windlass serves no files from the class path. Without this cache Vert.x needs no /tmp.
    FileSystemOptions files =
        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
    return new VertxOptions().setFileSystemOptions(files).setAddressResolverOptions(names());
  }

  /**
   * Disables the cache of names. A container may have moved at the next dial, but Docker's name
   * server allows to cache its answers for ten minutes.
   */
  private static AddressResolverOptions names() {
    return new AddressResolverOptions()
        .setCacheMaxTimeToLive(0)
        .setHostsRefreshPeriod(HOSTS_MILLIS);
  }

  /**
   * Starts a node with default limits on its own event loops. It syncs an operator's heads only.
   */
  public static Node start(BlockStore store) {
    DownloaderLimits limits = MemoryPlan.DEFAULT.limits(DownloaderLimits.DEFAULT);
    return start(store, limits.withoutPeersHeads());
  }

  /** Starts a node on its own event loops. */
  public static Node start(BlockStore store, DownloaderLimits limits) {
    return start(store, NodeSetup.of(limits));
  }

  /** Starts a node on its own event loops, which end before its store is closed. */
  public static Node start(BlockStore store, NodeSetup setup) {
    Vertx vertx = makeVertx();
    try {
      Node node = start(vertx, store, setup);
      node.closeAfter(() -> await("close its connections", close(vertx)));
      return node;
    } catch (RuntimeException e) {
      await(close(vertx));
      throw e;
    }
  }

  /**
   * Starts a node over an open store. It owns the store even if the start fails.
   *
   * @param vertx has the event loops, which several nodes may share
   */
  public static Node start(Vertx vertx, BlockStore store, NodeSetup setup) {
    setup
        .memory()
        .objection(Runtime.getRuntime().maxMemory())
        .ifPresent(
            why -> LOG.atWarn().setMessage("Memory is short").addKeyValue("reason", why).log());
    LOG.atInfo()
        .setMessage("Store is open")
        .addKeyValue("number", new Quantity.Count(store.tip().number()))
        .addKeyValue("hash", store.tip().hash())
        .log();
    Node node = new Node(vertx, store, setup);
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

  /** Whether new blocks up to this tip are news to other nodes. It may read the store. */
  boolean isCurrent(BlockId tip) {
    long claimed = progress().wanted().provenNumber();
    return store
        .header(tip)
        .filter(header -> current.isCurrent(header, claimed, Instant.now()))
        .isPresent();
  }

  /** From now on new blocks are announced through this. */
  void announceThrough(Announcer newAnnouncer) {
    announcer = newAnnouncer;
  }

  /** Sets the source of {@link SyncView#unseenBlocks}. */
  void countUnseenBy(Supplier<OptionalLong> newUnseenBlocks) {
    unseenBlocks = newUnseenBlocks;
  }

  /** The nodes that are connected or will be dialled. */
  public PeerDirectory peers() {
    return peers;
  }

  /** What is known of the JSON-RPC nodes as a whole. */
  public RpcBoard rpc() {
    return rpc;
  }

  /** The announced heads. */
  public HeadBoard heads() {
    return heads;
  }

  /** The memory for the messages of all connections. */
  public MessageBudget messages() {
    return messages;
  }

  public Vertx vertx() {
    return vertx;
  }

  /** Takes the answers of the links. */
  public DownloaderVerticle downloader() {
    return downloader;
  }

  /**
   * Adds a peer.
   *
   * @param maker makes the link, which hands its answers to the given downloader
   * @param lowest the number of the lowest block that it serves
   */
  public void connect(Function<DownloaderVerticle, PeerLink> maker, long lowest, BlockId head) {
    PeerLink link = maker.apply(downloader);
    downloader.connect(
        link,
        Announcement.ofPeer(link.id(), head.hash(), head.number())
            .servingFrom(Item.HEADER, lowest)
            .servingFrom(Item.BLOCK, lowest));
  }

  /** Removes a peer that has disconnected. */
  public void disconnect(PeerId peer) {
    downloader.disconnect(peer);
  }

  /** Announces an operator's head, which waits behind those that were announced before. */
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

  @Override
  public Future<Void> pause(Duration duration) {
    return downloader.pause(duration.toNanos());
  }

  @Override
  public Future<Void> resume() {
    return downloader.resume();
  }

  @Override
  public BanControl bans() {
    return bans;
  }

  @Override
  public Optional<Instant> pausedUntil() {
    return events.pausedUntil();
  }

  @Override
  public List<BlockId> passedCheckpoints() {
    return store.passedCheckpoints();
  }

  /** Notes that a followed node claimed a new head. */
  void heardOfHead() {
    if (followsPeers) {
      heads.heard(Instant.now());
    }
  }

  /**
   * Announces a head, and completes when its sync ends. Fails with a {@link JobFailedException} if
   * the sync fails.
   */
  public CompletableFuture<SyncSummary> sync(BlockId head) {
    CompletableFuture<SyncSummary> outcome = outcome(head.hash());
    announce(HeadBoard.Source.ANCHOR, Head.of(head.hash(), head.number()));
    return outcome;
  }

  /** Completes when a head is synced, after any number of attempts. Fails if it is refused. */
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

  /** Completes at the end of the next sync of a head, whatever its source. */
  public CompletableFuture<SyncSummary> outcome(Hash head) {
    return events.outcome(head).thenCompose(this::published);
  }

  /** Waits until {@link #progress} shows the end of this sync. */
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

  /** Waits for one of these, or throws the failure that stops the node. */
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

  public SyncView syncView() {
    // Read before the progress, so that the progress shows each block that is no longer unseen.
    OptionalLong said = unseenBlocks.get();
    OptionalLong unseen = followsPeers || said.isPresent() ? said : OptionalLong.of(0);
    Progress now = progress();
    return SyncView.of(
        now,
        heads.wanted(),
        hash -> store.known(hash).isPresent(),
        unseen,
        current.checkpointAbove(now.tip().number()),
        store.header(now.tip()).flatMap(tip -> current.overAge(tip, Instant.now())));
  }

  /** From now on keeps to this bandwidth. Several nodes on the same event loops share it. */
  public void keepTo(BandwidthPlan plan) {
    if (plan.isNone()) {
      return;
    }
    Bandwidth bandwidth = Bandwidth.of(vertx);
    bandwidth.limit(plan.by(Clock.system(ZoneId.systemDefault())));
    downloader.keepTo(
        core -> core.limitLine(bandwidth.bytesPerSecond(), bandwidth.readableAtNanos()));
  }

  /** Adds a task that runs first when the node is closed. */
  public void closeBefore(Runnable closing) {
    closings.add(closing);
  }

  /**
   * Adds a task that runs after the downloader has stopped and before the store is closed. Tasks
   * run in the order of these calls.
   */
  public void closeAfter(Runnable ending) {
    endings.add(ending);
  }

  /** Waits for the current write, and closes everything. */
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

  /** Stops every reader and writer of the store. */
  private void stop() {
    try {
      // First, so that no sync fails because the connections to its peers are closed.
      await("stop the sync", downloader.terminate());
      closings.forEach(Runnable::run);
      if (deployment != null) {
        await("stop the downloader", vertx.undeploy(deployment));
      }
      await("end its work", Workers.finished(vertx));
    } finally {
      endings.forEach(Runnable::run);
    }
  }

  /** Ends the event loops, workers and clients of closed nodes. */
  public static Future<Void> close(Vertx vertx) {
    return Workers.close(vertx)
        .compose(done -> Clients.close(vertx))
        .compose(done -> vertx.close());
  }

  /** Logs the last line of a node that was stopped before it had a store. */
  public static void logStopped() {
    LOG.info("Stopped");
  }

  /** Logs the last line of a node that was stopped, even if it had not started yet. */
  public static void logStopped(BlockId tip) {
    LOG.atInfo()
        .setMessage("Stopped")
        .addKeyValue("number", new Quantity.Count(tip.number()))
        .addKeyValue("hash", tip.hash())
        .log();
  }

  /**
   * Waits for a step of a start or a stop. Throws a {@link JobFailedException} if it takes too
   * long.
   */
  public static <T> T await(Future<T> future) {
    return await("take its next step", future);
  }

  private static <T> T await(String step, Future<T> future) {
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
          "the node could not "
              + step
              + " in "
              + STEP_SECONDS_MAX
              + " seconds: the machine or its disk is stuck",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobFailedException("interrupted", e);
    }
  }
}
