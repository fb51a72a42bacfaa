package dev.windlass.server.http;

import dev.windlass.chain.store.Gap;
import dev.windlass.downloader.Progress;
import dev.windlass.node.Endpoint;
import dev.windlass.node.HeadBoard;
import dev.windlass.node.NodeConfig;
import dev.windlass.node.RpcBoard;
import dev.windlass.node.SyncView;
import dev.windlass.p2p.PeerDirectory;
import dev.windlass.wire.devp2p.MessageBudget;
import dev.windlass.wire.devp2p.Workers;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * The metrics for Prometheus, and their endpoint.
 *
 * <p>Gauges and counters read the published snapshots at each scrape. Only durations and faults are
 * recorded when they happen, from any thread.
 */
public final class Metrics implements AutoCloseable {
  static final String PATH = "/metrics";
  private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD);
  private static final double MILLIS_PER_SECOND = 1e3;

  /**
   * The sources of the values. Each may be called on any thread, and may read the store.
   *
   * @param lowestNumber the number of the lowest stored block
   * @param storeBytes the size of the store on disk
   */
  public record Sources(
      Supplier<Progress> progress,
      Supplier<SyncView> sync,
      HeadBoard heads,
      RpcBoard rpc,
      PeerDirectory peers,
      LongSupplier lowestNumber,
      Supplier<List<Gap>> gaps,
      LongSupplier storeBytes,
      MessageBudget messages,
      BooleanSupplier isPaused,
      HttpCounts http) {
    public Sources {
      Objects.requireNonNull(progress);
      Objects.requireNonNull(sync);
      Objects.requireNonNull(heads);
      Objects.requireNonNull(rpc);
      Objects.requireNonNull(peers);
      Objects.requireNonNull(isPaused);
      Objects.requireNonNull(http);
      Objects.requireNonNull(lowestNumber);
      Objects.requireNonNull(gaps);
      Objects.requireNonNull(storeBytes);
      Objects.requireNonNull(messages);
    }
  }

  private final PrometheusMeterRegistry registry;
  private final JvmGcMetrics garbage = new JvmGcMetrics();
  private final Sources sources;

  /**
   * Reads the sources at each scrape.
   *
   * @param events are served too
   */
  public Metrics(Sources sources, EventMetrics events) {
    this.sources = Objects.requireNonNull(sources);
    this.registry = events.registry();
    bindChain();
    bindSynchronizer();
    bindDownloader();
    bindPeers();
    bindHttp();
    new JvmMemoryMetrics().bindTo(registry);
    garbage.bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  /** Serves the metrics. The server knows its port when the future completes. */
  public Future<HttpServer> listen(Vertx vertx, NodeConfig.Metrics config) {
    HttpLimits limits = HttpLimits.DEFAULT;
    return new Listener(
            new Endpoint(config.host(), config.port(), "--metrics"), limits, sources.http())
        .listen(vertx, request -> answer(vertx, request));
  }

  /** All metrics in Prometheus's text format. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    garbage.close();
    registry.close();
  }

  private void bindChain() {
    gauge(Metric.HEIGHT, progress -> progress.tip().number());
    number(Metric.LOWEST_BLOCK, () -> sources.lowestNumber().getAsLong());
    number(Metric.STORE_SIZE, () -> sources.storeBytes().getAsLong());
    number(Metric.GAP_BLOCKS, () -> sources.gaps().get().stream().mapToLong(Gap::blocks).sum());
  }

  private void bindSynchronizer() {
    number(Metric.BEST_KNOWN_NUMBER, () -> sources.sync().get().bestKnownNumber());
    number(Metric.IN_SYNC, () -> sources.sync().get().isInSync() ? 1 : 0);
    number(
        Metric.BLOCKS_BEHIND,
        () -> {
          SyncView sync = sources.sync().get();
          return sync.blocksBehind().isPresent() ? sync.blocksBehind().getAsLong() : Double.NaN;
        });
    number(Metric.PAUSED, () -> sources.isPaused().getAsBoolean() ? 1 : 0);
    for (Progress.Phase phase : Progress.Phase.values()) {
      gauge(Metric.PHASE, "phase", label(phase), p -> p.phase() == phase ? 1 : 0);
    }
    for (Progress.WaitingReason reason : Progress.WaitingReason.values()) {
      gauge(
          Metric.WAITING,
          "reason",
          label(reason),
          p -> p.waiting().isPresent() && p.waiting().get() == reason ? 1 : 0);
    }
    for (HeadBoard.Source source : HeadBoard.Source.values()) {
      FunctionCounter.builder(
              Metric.HEAD_ANNOUNCEMENTS.text(), sources.heads(), heads -> heads.count(source))
          .description(Metric.HEAD_ANNOUNCEMENTS.help())
          .tag("source", source.label())
          .register(registry);
    }
    number(Metric.HEAD_SOURCES_DISAGREEING, () -> sources.rpc().heads().disagreements().size());
    rpcCounter(Metric.HEAD_DISAGREEMENTS, RpcBoard::disagreements);
    number(
        Metric.HEAD_LAST_ANNOUNCEMENT,
        () ->
            sources.heads().lastAt().map(at -> at.toEpochMilli() / MILLIS_PER_SECOND).orElse(0.0));
  }

  private void bindHttp() {
    for (HttpCounts.Why why : HttpCounts.Why.values()) {
      FunctionCounter.builder(
              Metric.HTTP_CONNECTIONS_CLOSED.text(), sources.http(), http -> http.count(why))
          .description(Metric.HTTP_CONNECTIONS_CLOSED.help())
          .tag("reason", why.label())
          .register(registry);
    }
  }

  private void bindDownloader() {
    counter(Metric.HASHES, Progress.Counters::hashes);
    counter(Metric.BLOCKS, Progress.Counters::blocks);
    counter(Metric.BYTES, Progress.Counters::bytes);
    counter(Metric.TIMEOUTS, Progress.Counters::timeouts);
    counter(Metric.THROTTLED, Progress.Counters::throttled);
    counter(Metric.REFETCHED_BLOCKS, Progress.Counters::refetched);
    gauge(Metric.INFLIGHT_REQUESTS, Progress::inFlightRequests);
    gauge(Metric.QUEUED_BLOCKS, Progress::queuedBlocks);
    gauge(Metric.BUFFERED_BYTES, progress -> progress.bufferedBytes() + sources.messages().bytes());
    gauge(Metric.ANNOUNCED_BLOCKS, progress -> progress.announced().blocks());
    gauge(Metric.ANNOUNCED_BYTES, progress -> progress.announced().bytes());
  }

  private void bindPeers() {
    gauge(Metric.PEERS_CONNECTED, progress -> progress.peers().size());
    for (MessageBudget.Use use : MessageBudget.Use.values()) {
      number(Metric.MESSAGE_BYTES, use, () -> sources.messages().bytes(use));
      number(Metric.CONNECTIONS_WAITING, use, () -> sources.messages().waiting(use));
    }
    number(Metric.PEERS_BANNED, () -> sources.peers().bans(Instant.now()).size());
    rpcCounter(Metric.PEERS_RATE_LIMITED, RpcBoard::rateLimits);
    counter(Metric.CROSSCHECKS, "passed", Progress.Counters::crossChecksPassed);
    counter(Metric.CROSSCHECKS, "failed", Progress.Counters::crossChecksFailed);
  }

  private void number(Metric metric, Supplier<Number> value) {
    Gauge.builder(metric.text(), value).description(metric.help()).register(registry);
  }

  private void number(Metric metric, MessageBudget.Use use, Supplier<Number> value) {
    Gauge.builder(metric.text(), value)
        .description(metric.help())
        .tag("use", label(use))
        .register(registry);
  }

  private void gauge(Metric metric, ToDoubleFunction<Progress> value) {
    number(metric, () -> value.applyAsDouble(sources.progress().get()));
  }

  private void gauge(
      Metric metric, String label, String labelValue, ToDoubleFunction<Progress> value) {
    Gauge.builder(metric.text(), () -> value.applyAsDouble(sources.progress().get()))
        .description(metric.help())
        .tag(label, labelValue)
        .register(registry);
  }

  private void counter(Metric metric, ToLongFunction<Progress.Counters> value) {
    // The registry has only a weak reference to the sources, which this object keeps reachable.
    FunctionCounter.builder(
            metric.text(), sources, s -> value.applyAsLong(s.progress().get().counters()))
        .description(metric.help())
        .register(registry);
  }

  private void rpcCounter(Metric metric, ToDoubleFunction<RpcBoard> value) {
    FunctionCounter.builder(metric.text(), sources.rpc(), value)
        .description(metric.help())
        .register(registry);
  }

  private void counter(Metric metric, String result, ToLongFunction<Progress.Counters> value) {
    FunctionCounter.builder(
            metric.text(), sources, s -> value.applyAsLong(s.progress().get().counters()))
        .description(metric.help())
        .tag("result", result)
        .register(registry);
  }

  private void answer(Vertx vertx, HttpServerRequest request) {
    if (!request.path().equals(PATH)) {
      request.response().setStatusCode(404).end("metrics are at " + PATH + "\n");
      return;
    }
    if (!READING.contains(request.method())) {
      request.response().setStatusCode(405).end("metrics can only be read\n");
      return;
    }
    // On a worker, since the size of the store is read from its files.
    Workers.run(vertx, this::scrape)
        .onSuccess(text -> request.response().putHeader("Content-Type", CONTENT_TYPE).end(text))
        .onFailure(
            problem -> request.response().setStatusCode(500).end("cannot read: " + problem + "\n"));
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
