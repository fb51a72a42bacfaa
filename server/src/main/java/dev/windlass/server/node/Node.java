package dev.windlass.server.node;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
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
import dev.windlass.server.Address;
import dev.windlass.server.HeadBoard;
import dev.windlass.server.HeadSink;
import dev.windlass.server.HttpCounts;
import dev.windlass.server.JobFailedException;
import dev.windlass.server.MemoryPlan;
import dev.windlass.server.NodeConfig;
import dev.windlass.server.PeerBoard;
import dev.windlass.server.SyncView;
import dev.windlass.server.http.HttpApi;
import dev.windlass.server.http.Metrics;
import dev.windlass.server.log.Quantity;
import dev.windlass.server.show.InsertTally;
import dev.windlass.server.show.ProgressReporter;
import dev.windlass.server.show.StatusSnapshot;
import dev.windlass.server.show.Terminal;
import dev.windlass.wire.devp2p.MessageBudget;
import dev.windlass.wire.devp2p.Workers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import java.math.BigInteger;
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
 * One store with the downloader over it, what shows how it goes, and the endpoints.
 *
 * <p>Owned by one thread, which starts and closes it; the store is closed with it. It syncs the
 * heads that its user announces and, only where its limits say so, those that peers claim: such a
 * head is trusted no more than its peer is.
 */
public final class Node implements AutoCloseable {
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
  private final PeerBoard peers = new PeerBoard();
  private final HttpCounts http = new HttpCounts();
  private final Metrics metrics;
  private final Journal journal;
  private final DownloaderVerticle downloader;
  private final ProgressReporter reporter;
  private final InsertTally inserts = new InsertTally();

  private final List<Runnable> closings = new CopyOnWriteArrayList<>();

  /** Null until there is somebody to tell. */
  private volatile Announcer announcer;

  private final boolean followsPeers;
  private volatile Supplier<OptionalLong> unseenBlocks = OptionalLong::empty;

  private Node(BlockStore store, Optional<Terminal> terminal, DownloaderLimits limits) {
    this.store = store;
    followsPeers = limits.followsPeers();
    vertx = makeVertx();
    metrics = new Metrics(metricSources());
    journal = new Journal(peers, heads::settled);
    List<DownloaderListener> listeners =
        new ArrayList<>(List.of(journal, metrics, inserts, new AnnouncerNews()));
    if (LOG.isTraceEnabled()) {
      listeners.add(new TraceLog());
    }
    downloader =
        new DownloaderVerticle(limits, store, new SecureRandom(), System::nanoTime, listeners);
    reporter = new ProgressReporter(this::picture, inserts, terminal);
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

  static Vertx makeVertx() {
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

  private Metrics.Sources metricSources() {
    return new Metrics.Sources(
        this::progress,
        this::syncView,
        heads,
        peers,
        () -> store.root().number(),
        store::gaps,
        store::sizeBytes,
        messages,
        http);
  }

  /**
   * Starts a node over an open store, which it takes over, also where it does not start.
   *
   * @param terminal where a bar can be drawn
   */
  public static Node start(BlockStore store, Optional<Terminal> terminal) {
    DownloaderLimits limits = MemoryPlan.DEFAULT.limits(DownloaderLimits.DEFAULT);
    return start(store, terminal, limits.withoutPeersHeads());
  }

  /** The same with other bounds, among them whether the peers' heads are followed. */
  public static Node start(BlockStore store, Optional<Terminal> terminal, DownloaderLimits limits) {
    MemoryPlan.DEFAULT
        .objection(Runtime.getRuntime().maxMemory())
        .ifPresent(
            why -> LOG.atWarn().setMessage("Memory is short").addKeyValue("reason", why).log());
    LOG.atInfo()
        .setMessage("Store is open")
        .addKeyValue("number", new Quantity.Count(store.tip().number()))
        .addKeyValue("hash", store.tip().hash())
        .log();
    Node node = new Node(store, terminal, limits);
    try {
      await(node.vertx.deployVerticle(node.downloader));
      node.reporter.start();
      return node;
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
  }

  /** Serves health, status and heads; returns the port. */
  public int serveHttp(NodeConfig.Http config) {
    HttpApi.Sources sources =
        new HttpApi.Sources(
            this::progress, this::syncView, downloader::bans, peers, store::gaps, sink(), http);
    HttpServer server = await(new HttpApi(vertx, config, sources).listen());
    LOG.atInfo()
        .setMessage("HTTP is served")
        .addKeyValue("address", Address.of(config.host(), server.actualPort()))
        .log();
    return server.actualPort();
  }

  /** Serves the metrics; returns the port. */
  public int serveMetrics(NodeConfig.Metrics config) {
    HttpServer server = await(metrics.listen(vertx, config));
    LOG.atInfo()
        .setMessage("Metrics are served")
        .addKeyValue("address", Address.of(config.host(), server.actualPort()))
        .log();
    return server.actualPort();
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
  PeerBoard peers() {
    return peers;
  }

  /** Which heads were announced, and by whom. */
  HeadBoard heads() {
    return heads;
  }

  /** What the messages of all its connections may take. */
  MessageBudget messages() {
    return messages;
  }

  /** The event loops and timers that links may use. */
  public Vertx vertx() {
    return vertx;
  }

  /**
   * Takes a peer in.
   *
   * @param maker makes the link, which hands its replies in where it is told to
   */
  public void connect(Function<DownloaderVerticle, PeerLink> maker, BlockId head) {
    connect(maker, head.hash(), head.number(), Optional.empty());
  }

  /**
   * Takes a peer in, with what it said of its newest block.
   *
   * @param number -1 where it did not say
   */
  void connect(
      Function<DownloaderVerticle, PeerLink> maker,
      Hash head,
      long number,
      Optional<BigInteger> totalDifficulty) {
    PeerLink link = maker.apply(downloader);
    downloader.connect(
        link, new Announcement(Optional.of(link.id()), head, number, totalDifficulty));
  }

  /** The same of a peer that the user did not name: its heads are not followed. */
  void connectUntrusted(
      Function<DownloaderVerticle, PeerLink> maker,
      Hash head,
      long number,
      Optional<BigInteger> totalDifficulty) {
    PeerLink link = maker.apply(downloader);
    downloader.connectUntrusted(
        link, new Announcement(Optional.of(link.id()), head, number, totalDifficulty));
  }

  /** A peer that is never banned: what it does wrong only has it rest for a while. */
  void trust(PeerId peer) {
    downloader.trust(peer);
  }

  /** A peer is gone by itself. */
  public void disconnect(PeerId peer) {
    downloader.disconnect(peer);
  }

  /** A peer says that this is its newest block. */
  void hear(Announcement said) {
    downloader.announce(said);
  }

  /** A head to sync, after those that were announced before. */
  public Future<Optional<SyncError>> announce(HeadBoard.Source source, Hash head, long number) {
    return downloader
        .announce(new Announcement(Optional.empty(), head, number, Optional.empty()))
        .onSuccess(
            refusal -> {
              if (refusal.isEmpty()) {
                heads.announced(new HeadBoard.Announcement(source, head, number, Instant.now()));
              }
            });
  }

  private HeadSink sink() {
    return new HeadSink() {
      @Override
      public Future<Optional<SyncError>> announce(Hash head, long number) {
        return Node.this.announce(HeadBoard.Source.HTTP, head, number);
      }

      @Override
      public Future<Void> withdraw(Hash head) {
        downloader.withdraw(head);
        return downloader.caughtUp().onSuccess(done -> heads.settled(head));
      }
    };
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
    announce(HeadBoard.Source.ANCHOR, head.hash(), head.number());
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
  CompletableFuture<SyncSummary> outcome(Hash head) {
    return journal.outcome(head).thenCompose(this::published);
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

  /** Shows where it stands at once, so that what is printed next comes below. */
  public void showNow() {
    reporter.showNow();
  }

  public Progress progress() {
    return downloader.progress();
  }

  /** Waits for one of these, or throws what keeps the node from going on. */
  public void awaitAny(CompletableFuture<?>... events) {
    CompletableFuture<?>[] all = Arrays.copyOf(events, events.length + 1);
    all[events.length] = journal.broken();
    try {
      CompletableFuture.anyOf(all).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private SyncView syncView() {
    // Before the picture: what is no longer unseen must be in it.
    OptionalLong said = unseenBlocks.get();
    OptionalLong unseen = followsPeers || said.isPresent() ? said : OptionalLong.of(0);
    return SyncView.of(progress(), heads.wanted(), hash -> store.known(hash).isPresent(), unseen);
  }

  private StatusSnapshot picture() {
    return new StatusSnapshot(progress(), syncView(), System.nanoTime());
  }

  /** Has something closed first when the node is closed. */
  void closeBefore(Runnable closing) {
    closings.add(closing);
  }

  /** Waits for the write under way, and closes everything; what was stored stays. */
  @Override
  public void close() {
    try {
      // First, so that no sync fails because its peers are taken leave of.
      await(downloader.terminate());
      closings.forEach(Runnable::run);
      await(Workers.close(vertx));
      await(vertx.close());
    } finally {
      reporter.close();
      metrics.close();
      store.close();
      logStopped(progress().tip());
    }
  }

  /** The last line of a node that was told to stop, also if it was told before it had begun. */
  public static void logStopped(BlockId tip) {
    LOG.atInfo()
        .setMessage("Stopped")
        .addKeyValue("number", new Quantity.Count(tip.number()))
        .addKeyValue("hash", tip.hash())
        .log();
  }

  private static <T> T await(Future<T> future) {
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
